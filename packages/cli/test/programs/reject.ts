import { readFile } from 'node:fs'
import { sleep } from '@atoll/posix'

async function fails(): Promise<void> {
  throw new RangeError('nobody awaits this')
}

/** argv[1]: what fails outside of every thread. */
export async function main(argv: string[]): Promise<number> {
  if (argv[1] === 'fiber') void fails()
  if (argv[1] === 'promise') void Promise.reject(new RangeError('nobody awaits this'))
  if (argv[1] === 'timer') setTimeout(() => { throw new RangeError('nobody awaits this') }, 1)
  if (argv[1] === 'host') {
    // The callback comes in real time, which goes by in sim only while the host is awaited.
    await new Promise(() => {
      readFile('.', () => {
        throw new RangeError('nobody awaits this')
      })
    })
  }
  await sleep(1_000)
  return 0
}
