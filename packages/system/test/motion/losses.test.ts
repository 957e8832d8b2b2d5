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
    const seen: Simulation[] = []
    const backend = new SimBackend({ kernels: 2, seed, onStep: (simulation) => (seen[0] = simulation) })
    const system = await boot(backend)
    try {
      await runToEnd(system, 'endless', [], [0])
      await seen[0]?.quiet()
      for (const { threads, processes } of seen[0]?.kernels.values() ?? []) {
        t.is(threads.size, 0, `seed ${seed}`)
        t.is([...processes.all()].length, 0, `seed ${seed}`)
      }
    } finally {
      await system.shutdown()
    }
  }
})

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

test('a thread that moves itself while others move it ends up where its last affinity says, over many seeds', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS; seed++) {
    const system = await boot(new SimBackend({ kernels: 3, seed, delayUs: [1, 2000] }))
    try {
      const { stdout, stderr } = await runToEnd(system, 'tug', [], [0])
      t.is(stdout, 'as restricted\n', `seed ${seed}: ${stderr}`)
    } finally {
      await system.shutdown()
    }
  }
})

test('an image that is refused by the kernel that a thread goes to ends the process, with the reason', async (t) => {
  const image = await motionProgram('endless')
  const onStep = ({ kernels }: Simulation): void => {
    const origins = kernels.get(1)?.processes.image(image.hash)
    if (origins) Object.assign(origins, { code: `${image.code} ` }) // as if it had been damaged in the origin's memory
  }
  const system = await boot(new SimBackend({ kernels: 2, onStep }))
  try {
    const { status, stderr } = await runToEnd(system, 'endless', ['1000'], [0])
    t.regex(stderr, /the program could not be entered on kernel 2: WrongImageError/)
    t.is(status, 1)
  } finally {
    await system.shutdown()
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
