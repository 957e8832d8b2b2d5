import test from 'ava'
import { SimBackend, SpawnError, type Simulation } from '@atoll/system'
import { boot } from '../booting.js'
import { motionProgram, runToEnd, start } from './systems.js'

/** Schedules per scenario; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 12)

/** Loses kernel 2 at a step that follows from the seed, counted from when the program was started. */
async function runAndLose(program: string, seed: number): Promise<{ signal: string | null; reason: string }> {
  let base = Infinity
  const onStep = ({ steps }: Simulation): void => {
    if (steps === base + 20 + seed * 7) backend.lose(2)
    last = steps
  }
  let last = 0
  const backend = new SimBackend({ kernels: 3, seed, onStep })
  const system = await boot(backend)
  try {
    const { run } = await start(system, program, [], [0])
    base = last
    return await run
  } finally {
    await system.shutdown()
  }
}

for (const program of ['hopper', 'creator']) {
  test(`a thread that is lost with the kernel it comes from ends its process (${program}), over many seeds`, async (t) => {
    t.timeout(3_600_000) // the number of seeds is the soak's choice
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { signal, reason } = await runAndLose(program, seed)
      if (signal === null) continue // the loss came after its end
      t.is(signal, 'SIGKILL', `seed ${seed}`)
      t.regex(reason, /lost kernel 2/, `seed ${seed}`)
    }
    t.pass()
  })
}

test('a process that ends while one of its threads enters another kernel leaves nothing there, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS; seed++) {
    let simulation: Simulation | null = null
    const backend = new SimBackend({ kernels: 2, seed, onStep: (stepped) => (simulation = stepped) })
    const system = await boot(backend)
    try {
      await runToEnd(system, 'endless', [], [0])
      await quiet(simulation)
      for (const { threads, processes } of kernelsOf(simulation)) {
        t.is(threads.size, 0, `seed ${seed}`)
        t.is([...processes.all()].length, 0, `seed ${seed}`)
      }
    } finally {
      await system.shutdown()
    }
  }
})

const quiet = async (simulation: Simulation | null): Promise<void> => simulation?.quiet()
const kernelsOf = (simulation: Simulation | null): Iterable<KernelView> => simulation?.kernels.values() ?? []
type KernelView = Simulation['kernels'] extends ReadonlyMap<number, infer K> ? K : never

test('an affinity that is reported late does not undo a newer one, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS; seed++) {
    const system = await boot(new SimBackend({ kernels: 3, seed }))
    try {
      t.is((await runToEnd(system, 'affinity', [], [0])).stdout, '2\n', `seed ${seed}`)
    } finally {
      await system.shutdown()
    }
  }
})

test('an image whose code is not what its hash says is refused when it is to be started', async (t) => {
  const system = await boot(new SimBackend({ kernels: 2 }))
  try {
    const image = { ...(await motionProgram('local')), hash: 'f'.repeat(64) }
    const error = await t.throwsAsync(() => system.spawn(image), { instanceOf: SpawnError })
    t.regex(error.message, /WrongImageError: .*its code has the hash [0-9a-f]{64}/)
  } finally {
    await system.shutdown()
  }
})
