import test from 'ava'
import { SimBackend } from '../../src/index.js'
import { boot, run } from '../booting.js'

/** Schedules; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 100)
const STEPS = 120

for (const forcedMotion of [undefined, 'capture', 'hop'] as const) {
  const manner = forcedMotion ? ` under forced ${forcedMotion}` : ''
  test(`memory holds what an array would hold, whatever is done with it${manner}, over many seeds`, async (t) => {
    t.timeout(3_600_000) // the number of seeds is the soak's choice
    for (let seed = 1; seed <= (forcedMotion ? Math.ceil(SEEDS / 4) : SEEDS); seed++) {
      const delayUs = [1, (seed % 3) * 150 + 50] as const
      const kernels = 1 + (seed % 4)
      const backend = new SimBackend({ kernels, seed, delayUs, ...(forcedMotion && { forcedMotion }) })
      await using system = await boot(backend)
      const { stdout, stderr } = await run(system, 'oracle', { argv: [String(STEPS)], cpus: [0] })
      t.is(stdout, 'as an array\n', `seed ${seed}: ${stderr}`)
    }
  })
}
