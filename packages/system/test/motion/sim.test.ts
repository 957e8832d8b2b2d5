import test, { type ExecutionContext } from 'ava'
import { SimBackend, type SimOptions, type Simulation } from '@atoll/system'
import { boot } from '../booting.js'
import { runToEnd, start, type Run } from './systems.js'

/** Schedules per scenario; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 40)

/** Random delays, from none to much longer than a slice. */
const DELAYS: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 50],
  [1, 2000],
]

type Scenario = (t: ExecutionContext, backend: SimBackend, seed: number) => Promise<void>

/** One test that runs the scenario with many seeds. */
function overSeeds(
  title: string,
  options: SimOptions,
  scenario: Scenario,
  check?: (t: ExecutionContext) => void,
): void {
  test(`${title}, over many seeds`, async (t) => {
    t.timeout(3_600_000) // the number of seeds is the soak's choice
    for (let seed = 1; seed <= SEEDS; seed++) {
      const delayUs = DELAYS[seed % DELAYS.length] ?? [1, 50]
      const backend = new SimBackend({ ...options, seed, delayUs, onStep: noThreadTwice })
      await scenario(t, backend, seed)
    }
    check?.(t)
  })
}

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

const runAlone = async (backend: SimBackend, ...[program, argv]: [string, (string | number)[]]): Promise<Run> => {
  const system = await boot(backend)
  try {
    return await runToEnd(system, program, argv)
  } finally {
    await system.shutdown()
  }
}

overSeeds('a thread walks between two kernels and nothing is lost', { kernels: 2 }, async (t, backend, seed) => {
  const run = await runAlone(backend, 'walk', [40, 2])
  t.is(run.stdout, '40 moves, nothing lost, nothing twice\n'.repeat(2), `seed ${seed}: ${run.stderr}`)
})

overSeeds('blocked threads are pushed among three kernels', { kernels: 3 }, async (t, backend, seed) => {
  const run = await runAlone(backend, 'push', [6, 2, 2])
  t.is(run.stdout, `${6 * 4 * 2} pushes, 0 wrong\n`, `seed ${seed}: ${run.stderr}`)
})

overSeeds(
  'blocked threads are pushed while every safe point takes them elsewhere',
  { kernels: 3, forcedMotion: 'hop' },
  async (t, backend, seed) => {
    const run = await runAlone(backend, 'push', [2, 1, 2])
    t.is(run.stdout, `${2 * 2 * 2} pushes, 0 wrong\n`, `seed ${seed}: ${run.stderr}`)
  },
)

/** How waits have ended that were cancelled when they were about to complete. */
const races = { cancelled: 0, joined: 0 }

for (const [title, options, argv] of [
  ['cancelled waits', { kernels: 3 }, [6, 3]],
  ['cancelled waits of threads that every safe point takes elsewhere', { kernels: 3, forcedMotion: 'hop' }, [2, 1]],
] as const) {
  overSeeds(`${title} end as cancelled or completed, and no outcome is lost`, options, async (t, backend, seed) => {
    const { stdout, stderr } = await runAlone(backend, 'cancel', [...argv])
    const [, cancelled, joined] = /^(\d+) cancelled, (\d+) joined, 0 wrong\n$/.exec(stdout) ?? []
    t.is(Number(cancelled) + Number(joined), argv[0], `seed ${seed}: ${stdout}${stderr}`)
    races.cancelled += Number(cancelled)
    races.joined += Number(joined)
  })
}

test('a request catches a thread that every safe point takes elsewhere, and never to its origin', async (t) => {
  for (let seed = 1; seed <= 3; seed++) {
    const backend = new SimBackend({ kernels: 3, forcedMotion: 'hop', seed, onStep: noThreadTwice })
    const { stdout, stderr } = await runAlone(backend, 'chase', [])
    t.is(stdout, 'Symbol(PTHREAD_CANCELED)\n', `seed ${seed}: ${stderr}`)
  }
})

overSeeds(
  'whatever is asked of a thread that is always on its way reaches it before long',
  { kernels: 3 },
  async (t, backend, seed) => {
    const system = await boot(backend)
    try {
      let moves = 0
      system.events.on('thread-moved', () => moves++)
      const { stdout, stderr } = await runToEnd(system, 'chased', [], [0])
      t.is(stdout, 'policy 0\nSymbol(PTHREAD_CANCELED)\n', `seed ${seed}: ${stderr}`)
      t.true(moves < 600, `seed ${seed}: it moved ${moves} times meanwhile`)
    } finally {
      await system.shutdown()
    }
  },
)

for (const [title, options] of [
  ['threads', {}],
  ['threads that every safe point takes elsewhere', { forcedMotion: 'hop' }],
] as const) {
  overSeeds(
    `${title}, cancelled in whatever they do, leave every block that they have entered, once`,
    { kernels: 3, ...options },
    async (t, backend, seed) => {
      const { stdout, stderr } = await runAlone(backend, 'storm', [seed])
      t.is(stdout, 'balanced\nSymbol(PTHREAD_CANCELED)\n'.repeat(3), `seed ${seed}: ${stderr}`)
    },
  )
}

for (const [title, options] of [
  ['several calls awaited at once', {}],
  ['several calls of a thread that every safe point takes elsewhere', { forcedMotion: 'hop' }],
] as const) {
  overSeeds(`${title} end as each of them says`, { kernels: 3, ...options }, async (t, backend, seed) => {
    const { stdout, stderr } = await runAlone(backend, 'combine', [10])
    t.is(stdout, '0 wrong\n', `seed ${seed}: ${stderr}`)
  })
}

/** How joins have ended whose time was up when the thread ended. */
const timed = { inTime: 0, late: 0 }

for (const [title, options, count] of [
  ['joins', { kernels: 3 }, 20],
  ['joins of threads that every safe point takes elsewhere', { kernels: 3, forcedMotion: 'hop' }, 5],
] as const) {
  overSeeds(`${title} whose time is up when the thread ends lose no result`, options, async (t, backend, seed) => {
    const { stdout, stderr } = await runAlone(backend, 'timed', [count])
    const [, inTime, late] = /^(\d+) in time, (\d+) late, 0 wrong\n$/.exec(stdout) ?? []
    t.is(Number(inTime) + Number(late), count, `seed ${seed}: ${stdout}${stderr}`)
    timed.inTime += Number(inTime)
    timed.late += Number(late)
  })
}

test.after('some threads have ended in time to be joined, and some too late', (t) => {
  t.true(timed.inTime > 0 && timed.late > 0, JSON.stringify(timed))
})

test.after('cancellation has come in time for some waits, and too late for others', (t) => {
  t.true(races.cancelled > 0 && races.joined > 0, JSON.stringify(races))
})

/** How the processes of the scenario below have ended. */
const signals: (NodeJS.Signals | null)[] = []

overSeeds(
  'of two lost kernels the processes that needed them end, and others live on',
  { kernels: 4, losses: { count: 2, withinSteps: 600 } },
  async (t, backend, seed) => {
    const system = await boot(backend)
    try {
      const lost = new Set<number>()
      system.events.on('kernel-died', ({ kernel }) => lost.add(kernel))
      const roaming = await startUnlessLost(() => start(system, 'busy', [20]))
      const local = await startUnlessLost(() => start(system, 'local', [30], [3]))
      const end = await roaming?.run
      if (end) checkEnd(t, end, 'done\n', seed)
      if (end) signals.push(end.signal)
      const localEnd = await local?.run
      if (localEnd) checkEnd(t, localEnd, 'stayed\n', seed)
      if (localEnd?.signal === 'SIGKILL') t.true(lost.has(4), `seed ${seed}: only the loss of kernel 4 concerns it`)
    } finally {
      await system.shutdown()
    }
  },
  (t) => {
    t.true(signals.includes('SIGKILL'), 'no loss concerned the process that roams')
    t.true(signals.includes(null), 'every loss ended it')
  },
)

/** A process ends as it should, or by the loss of a kernel; nothing else, and never not at all. */
function checkEnd(
  t: ExecutionContext,
  { stdout, stderr, status, signal, reason }: Run,
  expected: string,
  seed: number,
): void {
  if (signal === null) t.deepEqual({ stdout, status }, { stdout: expected, status: 0 }, `seed ${seed}: ${stderr}`)
  else {
    t.is(signal, 'SIGKILL')
    t.regex(reason, /lost kernel/, `seed ${seed}`)
  }
}

/** What can't even be started because its kernel is lost says so. */
async function startUnlessLost<T>(attempt: () => Promise<T>): Promise<T | null> {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESPAWN') return null
    throw error
  }
}
