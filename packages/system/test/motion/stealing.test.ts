import test, { type ExecutionContext } from 'ava'
import {
  Placement,
  SimBackend,
  WorkersBackend,
  WorkStealing,
  type Backend,
  type SimOptions,
  type Simulation,
  type System,
} from '@atoll/system'
import { boot } from '../booting.js'
import { runToEnd } from './systems.js'

/** Schedules per scenario; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 8)

const bootStealing = (backend: Backend): Promise<System> =>
  boot(backend, (container) => container.register(Placement, { useClass: WorkStealing }))

/** Invariant: no thread is in the tables of two kernels. */
function noThreadTwice(simulation: Simulation): void {
  const seen = new Set<number>()
  for (const kernel of simulation.kernels.values()) {
    for (const { tid } of kernel.threads.values()) {
      if (seen.has(tid)) throw new Error(`thread ${tid} is on two kernels`)
      seen.add(tid)
    }
  }
}

/** Runs the scenario with many seeds, and returns how many threads moved in all of them. */
async function movesOverSeeds(
  options: SimOptions,
  scenario: (system: System, seed: number) => Promise<void>,
): Promise<number> {
  let moves = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const system = await bootStealing(new SimBackend({ ...options, seed, onStep: noThreadTwice }))
    system.events.on('thread-moved', () => moves++)
    try {
      await scenario(system, seed)
    } finally {
      await system.shutdown()
    }
  }
  return moves
}

const skewed =
  (t: ExecutionContext) =>
  async (system: System, seed: number): Promise<void> => {
    const { stdout, stderr } = await runToEnd(system, 'skewed', [21, 2000])
    t.is(stdout, '21 threads, all turns\n', `seed ${seed}: ${stderr}`)
  }

test('idle kernels take threads, and all of them end, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  t.true((await movesOverSeeds({ kernels: 3, longestSlice: 256 }, skewed(t))) > 0, 'nothing was taken')
})

test('threads are taken while every safe point takes them elsewhere, over many seeds', async (t) => {
  t.timeout(3_600_000)
  await movesOverSeeds({ kernels: 3, forcedMotion: 'hop' }, async (system, seed) => {
    const { stdout, stderr } = await runToEnd(system, 'skewed', [14, 100])
    t.is(stdout, '14 threads, all turns\n', `seed ${seed}: ${stderr}`)
  })
})

test('threads that may not go stay, over many seeds', async (t) => {
  t.timeout(3_600_000)
  const moves = await movesOverSeeds({ kernels: 4 }, async (system, seed) => {
    const { stdout, stderr } = await runToEnd(system, 'uneven', [], [0])
    t.regex(stdout, /0 went that must not/, `seed ${seed}: ${stderr}`)
    t.regex(stdout, /some went/, `seed ${seed}: ${stderr}`)
  })
  t.true(moves > 0)
})

test('a kernel that is lost while threads are taken ends the process, or has none of its threads, over many seeds', async (t) => {
  t.timeout(3_600_000)
  await movesOverSeeds(
    { kernels: 4, longestSlice: 256, losses: { count: 1, withinSteps: 800 } },
    async (system, seed) => {
      const run = await runToEnd(system, 'skewed', [21, 2000]).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ESPAWN') return null
        throw error
      })
      if (run === null) return
      if (run.signal === null) t.is(run.stdout, '21 threads, all turns\n', `seed ${seed}: ${run.stderr}`)
      else t.regex(run.reason, /lost kernel/, `seed ${seed}`)
    },
  )
})

test('a system of sleeping threads exchanges nothing, though its kernels would take work', async (t) => {
  let steps = 0
  const system = await bootStealing(new SimBackend({ kernels: 4, onStep: (simulation) => (steps = simulation.steps) }))
  try {
    const { stdout } = await runToEnd(system, 'idle')
    t.is(stdout, 'all asleep\n')
    t.true(steps < 300, `an hour of sleep took ${steps} steps`)
  } finally {
    await system.shutdown()
  }
})

test('very many threads live on one kernel', async (t) => {
  t.timeout(600_000)
  const count = SEEDS >= 100 ? 100_000 : 3000 // a soak has the full number
  const system = await bootStealing(new SimBackend({ kernels: 1 }))
  try {
    const { stdout, stderr } = await runToEnd(system, 'crowd', [count])
    t.is(stdout, `${count} threads, all woke\n`, stderr)
  } finally {
    await system.shutdown()
  }
})

test('kernels of worker threads take threads from each other', async (t) => {
  const system = await bootStealing(new WorkersBackend({ kernels: 2 }))
  try {
    const { stdout, stderr } = await runToEnd(system, 'skewed', [60, 20_000])
    t.is(stdout, '60 threads, all turns\n', stderr)
  } finally {
    await system.shutdown()
  }
})
