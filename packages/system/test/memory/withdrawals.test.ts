import test from 'ava'
import { SimBackend } from '../../src/index.js'
import { boot, run } from '../booting.js'

/** Schedules; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 12)

test('memory that grows where it is stays one memory, by scalars, blocks and views', async (t) => {
  await using system = await boot(new SimBackend({ kernels: 1 }))
  const { stdout, stderr } = await run(system, 'memory-grows')
  t.is(stdout, '3 3 2\n0,5,6,7 0,5,6,7 5 6 7\n', stderr)
})

test('who uses memory while it is unmapped or replaced goes on, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS; seed++) {
    const delayUs = [1, (seed % 3) * 150 + 50] as const
    await using system = await boot(new SimBackend({ kernels: 3, seed, delayUs }))
    const { stdout, stderr } = await run(system, 'memory-withdrawn', { cpus: [0] })
    t.is(stdout, '0 SIGSEGV,SIGSEGV 4 ended\n', `seed ${seed}: ${stderr}`)
  }
})
