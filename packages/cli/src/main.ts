import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { runCommand } from './run-command.js'
import { separateOperands } from './separate-operands.js'
import { USAGE_ERROR } from './status.js'

const version = (): string => {
  const { version } = createRequire(import.meta.url)('@atoll/cli/package.json') as { version: string }
  return version
}

/** Runs the command with these arguments (without Node's own two). Sets the exit status of this process. */
export async function main(argv: readonly string[]): Promise<void> {
  const run = runCommand((status) => {
    process.exitCode = status
  })
  const program = new Command('atoll')
    .description('One system on many kernels: runs threaded TypeScript programs')
    .version(version())
    .addCommand(run)
    .exitOverride()
    .showHelpAfterError('(atoll run --help lists the options)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'atoll: ')) })
  run.copyInheritedSettings(program)
  try {
    const [name, ...rest] = argv
    await program.parseAsync(name === run.name() ? [name, ...separateOperands(run, rest)] : argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR // it has said what is wrong
  }
}
