import test, { type ExecutionContext } from 'ava'
import { SimBackend, WorkersBackend, type Backend, type ForcedMotion } from '../../src/index.js'
import { boot, run } from '../booting.js'

/** Schedules per test and manner; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 6)
const ROUNDS = 6
/** With real kernels. */
const ITERATIONS = 20

/** Random delays, from none to much longer than a slice. */
const DELAYS: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 50],
  [1, 500],
]

/** Threads, and how many different outcomes the schedules must show at least: for two threads all that sequential consistency allows. */
const TESTS = {
  'store-buffering': { threads: 2, outcomes: 3 },
  'message-passing': { threads: 2, outcomes: 3 },
  'load-buffering': { threads: 2, outcomes: 3 },
  iriw: { threads: 4, outcomes: 6 },
  coherence: { threads: 4, outcomes: 6 },
} as const

const MANNERS = ['two-pages', 'one-page', 'views'] as const

interface Seen {
  readonly forbidden: number
  readonly outcomes: Readonly<Record<string, number>>
}

async function observe(
  t: ExecutionContext,
  backend: Backend,
  argv: readonly (string | number)[],
  how: string,
): Promise<Seen> {
  await using system = await boot(backend)
  const { stdout, stderr, reason } = await run(system, 'litmus', { argv: argv.map(String), cpus: [0] })
  t.is(`${reason}${stderr}`, '', how)
  const seen = JSON.parse(stdout) as Seen
  t.is(seen.forbidden, 0, `${how}: ${stdout}`)
  return seen
}

function overSeeds(name: keyof typeof TESTS, manner: string, seeds: number, forcedMotion?: ForcedMotion): void {
  const { threads, outcomes } = TESTS[name]
  const moving = forcedMotion ? ', while threads move at every safe point' : ''
  test(`${name} by ${manner} is sequentially consistent over many seeds${moving}`, async (t) => {
    t.timeout(3_600_000) // the number of seeds is the soak's choice
    const seen = new Set<string>()
    for (let seed = 1; seed <= seeds; seed++) {
      const delayUs = DELAYS[seed % DELAYS.length] ?? [1, 50]
      const backend = new SimBackend({ kernels: threads, seed, delayUs, ...(forcedMotion && { forcedMotion }) })
      const { outcomes: some } = await observe(t, backend, [name, manner, ROUNDS], `seed ${seed}`)
      for (const outcome of Object.keys(some)) seen.add(outcome)
    }
    // Few schedules are tried under forced motion.
    const least = forcedMotion ? Math.ceil(outcomes / 2) : outcomes
    t.true(seen.size >= least, `the schedules differ: ${[...seen].join()}`)
  })
}

for (const name of Object.keys(TESTS) as (keyof typeof TESTS)[]) {
  for (const manner of MANNERS) overSeeds(name, manner, SEEDS)
  overSeeds(name, 'two-pages', Math.ceil(SEEDS / 6), 'hop')

  test.serial(`${name} is sequentially consistent on workers under load`, async (t) => {
    for (const manner of MANNERS) {
      const backend = new WorkersBackend({ kernels: TESTS[name].threads })
      await observe(t, backend, [name, manner, ITERATIONS], manner)
    }
  })
}
