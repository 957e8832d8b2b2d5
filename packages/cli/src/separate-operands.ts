import type { Command, Option } from 'commander'

/**
 * Arguments in an order that commander takes: the command's own options first, then `--`, then the program and what is its. After
 * the program only known options are the command's, up to a `--`; whatever else begins with a dash is the program's.
 */
export function separateOperands(command: Command, argv: readonly string[]): string[] {
  const own: string[] = []
  const operands: string[] = []
  const rest = [...argv]
  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (token === '--') {
      operands.push(...rest)
      break
    }
    const option = optionOf(command, token)
    if (option) {
      own.push(token)
      if (!option.required || token.includes('=')) continue
      const value = rest.shift()
      if (value === undefined) return own // it says that the value is missing
      own.push(value)
    } else if (operands.length === 0 && token.startsWith('-')) {
      own.push(token) // help, or refused
    } else operands.push(token)
  }
  return [...own, '--', ...operands]
}

const optionOf = (command: Command, token: string): Option | undefined =>
  command.options.find(({ long }) => token === long || (long !== undefined && token.startsWith(`${long}=`)))
