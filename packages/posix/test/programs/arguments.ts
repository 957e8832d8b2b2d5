// status: 7
// argv: ["first", "second word", ""]
// env: { "COLOUR": "blue", "EMPTY": "", "PAIR": "a=b" }
import { exit } from '@atoll/posix'

export async function main(argv: string[], env: Record<string, string>): Promise<number> {
  console.log(argv.length, argv.slice(1))
  console.log('program:', argv[0])
  console.log(Object.keys(env).sort(), env['COLOUR'], JSON.stringify(env['EMPTY']), env['PAIR'])
  console.log('process:', process.argv.slice(2), process.env['COLOUR'])
  argv.length = 0
  env['COLOUR'] = 'red'
  console.log('mine:', env['COLOUR'], 'still:', process.env['COLOUR'])
  if (argv.length > 0) exit(1)
  return 7
}
