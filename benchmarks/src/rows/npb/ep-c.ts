import { EP, openBenchmark } from '../../atoll/npb.js'
import { CProgram } from '../../peers/c-program.js'
import type { Row } from '../../row.js'

/** Class S. */
const LOG_PAIRS = '24'
const SUM = -3.24783465203474e3

export const row: Row<'npb/ep-c'> = {
  name: 'npb/ep-c',
  unit: 's',
  peer: 'the same in C at -O3',
  better: 'lower',
  target: null,
  open: async () => {
    const running = await openBenchmark(EP, 1)
    const program = await CProgram.compile('ep')
    return {
      value: () => running.sample(),
      peer: async () => {
        const [seconds = NaN, sum = NaN] = await program.run(LOG_PAIRS)
        if (Math.abs(sum / SUM - 1) > 1e-8) throw new Error(`the C program's sum is ${sum}`)
        return seconds
      },
      close: async () => {
        await running.close()
        await program.close()
      },
    }
  },
}
