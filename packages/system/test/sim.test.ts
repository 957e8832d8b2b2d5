import 'reflect-metadata'
import test from 'ava'
import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeadlockError,
  SimBackend,
  SimulationError,
  SpawnError,
  type SimOptions,
  type Simulation,
  type System,
} from '../src/index.js'
import { boot, program, run, start, type Run } from './booting.js'

/** How many seeds a search tries. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 8)

test('the same seed gives the same run, and different seeds give different ones', async (t) => {
  await program('shuffle') // what takes the host real time would come at different steps
  const traces = new Set<string>()
  for (const seed of [1, 2, 3, 4]) {
    const first = await trace({ seed, kernels: 3 })
    t.is(await trace({ seed, kernels: 3 }), first)
    traces.add(first)
  }
  t.is(traces.size, 4)
})

test('a year of sleep takes no time, and the clock shows it', async (t) => {
  await using system = await boot(new SimBackend())
  t.is((await run(system, 'sleep')).stdout, '365\n')
})

test("a program's chance and time follow from the seed", async (t) => {
  const outputs = []
  for (const seed of [5, 5, 6]) {
    await using system = await boot(new SimBackend({ seed }))
    outputs.push((await run(system, 'chance')).stdout)
  }
  t.is(outputs[0], outputs[1])
  t.not(outputs[0], outputs[2])
})

test('every seed gives the right result, with every kind of forced motion', async (t) => {
  for (const forcedMotion of [undefined, 'capture', 'hop'] as const) {
    for (let seed = 1; seed <= SEEDS; seed++) {
      await using system = await boot(simulated({ seed, kernels: 3, forcedMotion, onStep: checkThreads }))
      const { status, stdout, stderr } = await run(system, 'shuffle')
      t.is(status, 60, `seed ${seed}, ${forcedMotion ?? 'no'} forced motion: ${stderr}`)
      t.is(stdout.split('\n').length, 25)
    }
  }
})

test('when kernels are lost, every process ends: rightly, or killed with the reason', async (t) => {
  const ends = { right: 0, killed: 0 }
  for (let seed = 1; seed <= SEEDS * 5; seed++) {
    const losses = { count: 2, withinSteps: 400 }
    await using system = await boot(new SimBackend({ seed, kernels: 4, losses, onStep: checkThreads }))
    const end = await run(system, 'shuffle').catch((error: unknown) => error)
    if (end instanceof SpawnError) {
      t.regex(end.message, /kernel \d went down/, `seed ${seed}`)
      ends.killed++
      continue
    }
    const { status, signal, reason, stderr } = end as Run
    if (signal === null) {
      if (status === 1) t.regex(stderr, /EINVAL: no CPU of the affinity set/, `seed ${seed}`)
      else t.is(status, 60, `seed ${seed}`)
      ends.right++
    } else {
      t.regex(reason, /lost kernel \d/, `seed ${seed}`)
      ends.killed++
    }
  }
  t.true(ends.right > 0 && ends.killed > 0, JSON.stringify(ends))
})

test('a program in which nothing can run any more is reported, with its blocked threads', async (t) => {
  await using system = await boot(new SimBackend({ seed: 9 }))
  const child = await start(system, 'ring')
  const error = await t.throwsAsync(() => child.wait(), { instanceOf: DeadlockError })
  t.is(error.threads.length, 3)
  for (const thread of error.threads)
    t.regex(thread, /^thread \d+ of process 1 on kernel \d: blocked in pthread_join at .*ring\.ts:\d+/)
  child.kill()
  t.is((await child.wait()).signal, 'SIGKILL')
  t.is((await run(system, 'shuffle')).status, 60)
})

test('what a program awaits of the host is waited for in real time', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'some.txt')
  await writeFile(file, 'x'.repeat(1234))
  await using system = await boot(new SimBackend())
  t.is((await run(system, 'file', { argv: [file] })).stdout, '1234\n')
})

test('an invariant that does not hold ends the simulation, and everything that waits for it', async (t) => {
  const onStep = ({ steps }: Simulation): void => {
    if (steps === 60) throw new RangeError('sixty')
  }
  const system = await boot(new SimBackend({ seed: 3, onStep }))
  const error = await t.throwsAsync(() => run(system, 'shuffle'), { instanceOf: SimulationError })
  t.like(error, { seed: 3, step: 60 })
  t.is((error.cause as Error).message, 'sixty')
  await t.throwsAsync(() => start(system, 'shuffle'), { is: error })
  await system.shutdown()
})

test('what cannot pass between cut kernels passes once the cut is healed', async (t) => {
  const backend = new SimBackend({ kernels: 2 })
  await using system = await boot(backend)
  backend.cut(1, 2)
  const child = await start(system, 'shuffle', { cpus: [0, 1] })
  child.stdout.resume()
  await t.throwsAsync(() => child.wait(), { instanceOf: DeadlockError })
  backend.heal(1, 2)
  t.is((await child.wait()).status, 60)
})

async function trace(options: SimOptions): Promise<string> {
  const lines: string[] = []
  let steps = 0
  const onStep = (simulation: Simulation): void => {
    steps = simulation.steps
  }
  await using system = await boot(new SimBackend({ ...options, onStep }))
  recordEvents(system, lines)
  const { stdout } = await run(system, 'shuffle')
  return `${stdout}\n${lines.join('\n')}\n${steps}`
}

function recordEvents(system: System, lines: string[]): void {
  for (const event of ['thread-started', 'thread-moved', 'process-started', 'process-exited'] as const) {
    system.events.on(event, (details: object) => lines.push(`${event} ${JSON.stringify(details)}`))
  }
}

/** No thread is on two kernels. */
function checkThreads({ kernels }: Simulation): void {
  const seen = new Set<number>()
  for (const kernel of kernels.values()) {
    for (const { tid } of kernel.threads.values()) {
      if (seen.has(tid)) throw new Error(`thread ${tid} is on kernel ${kernel.id} and on another one`)
      seen.add(tid)
    }
  }
}

function simulated({
  forcedMotion,
  ...options
}: Omit<SimOptions, 'forcedMotion'> & { forcedMotion: 'capture' | 'hop' | undefined }) {
  return new SimBackend({ ...options, ...(forcedMotion && { forcedMotion }) })
}
