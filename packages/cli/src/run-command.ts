import { Command, InvalidArgumentError, Option } from 'commander'
import { availableParallelism } from 'node:os'
import { inspectorAddress } from './inspector.js'
import type { RunOptions } from './run.js'

/** `atoll run`. Calls `ended` with the status that the command ends with. */
export function runCommand(ended: (status: number) => void): Command {
  return new Command('run')
    .description('run a program: a module that exports main(argv, env)')
    .argument('<program>', 'the TypeScript or JavaScript module to start')
    .argument('[args...]', "the program's arguments; after -- all of them are")
    .usage('[options] PROGRAM [ARGS...]')
    .addOption(new Option('--backend <name>', 'how kernels run').choices(['sim', 'workers']).default('workers'))
    .addOption(
      new Option('--kernels <n>', 'how many kernels')
        .argParser(positiveInteger)
        .default(availableParallelism(), 'the number of cores'),
    )
    .option('--seed <n>', 'seeds chance; in sim, everything follows from it', integer)
    .addOption(
      new Option('--force-motion <kind>', 'take threads apart at every safe point, or move them').choices([
        'capture',
        'hop',
      ]),
    )
    .addOption(new Option('--inspect [address]', 'let a debugger attach, at [host:]port').argParser(inspectorAddress))
    .addOption(new Option('--inspect-wait [address]', 'the same, and start when one has').argParser(inspectorAddress))
    .option('--trace <file>', 'write what threads do, for ui.perfetto.dev')
    .option('--show-kernels', 'say at the end where each thread ran')
    .action(async (program: string, args: string[], options: RunOptions) => {
      const { run } = await import('./run.js') // what it needs takes its time to load, and a refusal needs none of it
      ended(await run(program, args, options))
    })
}

function integer(text: string): number {
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw new InvalidArgumentError('Give an integer.')
}

function positiveInteger(text: string): number {
  const number = integer(text)
  if (number >= 1) return number
  throw new InvalidArgumentError('Give an integer of 1 or more.')
}
