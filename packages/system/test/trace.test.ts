import test from 'ava'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SimBackend, Trace, TraceFile, TraceFileError, WorkersBackend, type Backend } from '../src/index.js'
import { boot, run } from './booting.js'

/** An event as the format has it. */
interface Event {
  readonly ph: string
  readonly name: string
  readonly cat?: string
  readonly pid: number
  readonly tid: number
  readonly ts?: number
  readonly dur?: number
  readonly id?: string
  readonly args?: Readonly<Record<string, unknown>>
}

/** The events of a run of `traced`, and what it wrote. */
async function traced(backend: Backend): Promise<{ events: readonly Event[]; stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-trace-'))
  const path = join(folder, 'trace.json')
  try {
    const system = await boot(backend, (container) => container.register(Trace, { useValue: new TraceFile(path) }))
    const { stdout } = await run(system, 'traced')
    await system.shutdown()
    return { events: JSON.parse(await readFile(path, 'utf8')) as Event[], stdout }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const startOf = ({ ts }: Event): number => ts ?? NaN
const endOf = ({ ts, dur }: Event): number => (ts ?? NaN) + (dur ?? 0)

/** The slice on its track that an arrow's end lies in. */
const around = (events: readonly Event[], { pid, tid, ts = NaN }: Event): Event | undefined =>
  events.findLast(
    (event) => event.ph === 'X' && event.pid === pid && event.tid === tid && startOf(event) <= ts && ts <= endOf(event),
  )

const BACKENDS: readonly (readonly [string, () => Backend])[] = [
  ['sim', () => new SimBackend({ kernels: 2 })],
  ['workers', () => new WorkersBackend({ kernels: 2 })],
]

for (const [name, make] of BACKENDS) {
  test(`on ${name}, a trace shows slices, waits, moves, creation and ends of threads, and arrows between them`, async (t) => {
    const { events, stdout } = await traced(make())
    t.is(stdout, 'arrived\n')
    const of = (ph: string, what: string): readonly Event[] =>
      events.filter((event) => event.ph === ph && event.name === what)

    t.deepEqual(
      of('M', 'process_name')
        .map(({ pid }) => pid)
        .sort(),
      [1, 2],
    )
    const names = of('M', 'thread_name').map(({ pid, args }) => `${pid} ${String(args?.['name'])}`)
    t.deepEqual(names.sort(), ['1 main thread of process 1', '1 thread 2', '2 thread 2'])

    const slices = events.filter(({ cat }) => cat === 'slice')
    t.true(slices.every(({ ph, dur = -1 }) => ph === 'X' && dur >= 0))
    t.true(slices.some(({ name, args }) => name === 'walks' && args?.['at'] === 'test/programs/traced.ts:4:3'))

    const [join, ...others] = of('X', 'pthread_join')
    t.deepEqual(others, [])
    t.deepEqual(join.args, { at: 'test/programs/traced.ts:11:15', target: 2 })
    const [nap] = of('X', 'sleep')
    t.deepEqual([nap.tid, nap.cat], [2, 'wait'])
    t.true((nap.dur ?? 0) >= 99)
    t.is(of('b', 'sleep').length, of('e', 'sleep').length)
    t.is(of('b', 'sleep').length, 2, 'the naps of calls of their own may overlap')

    for (const [arrow, from, to] of [
      ['create', [1, 1], [1, 2]],
      ['move', [1, 2], [2, 2]],
      ['join', [2, 2], [1, 1]],
    ] as const) {
      const [begin] = of('s', arrow)
      const end = of('f', arrow).find(({ id }) => id === begin.id)
      t.deepEqual([begin.pid, begin.tid], from, arrow)
      t.deepEqual([end?.pid, end?.tid], to, arrow)
      t.truthy(around(events, begin), `${arrow} begins in a slice`)
      t.truthy(end && around(events, end), `${arrow} ends in a slice`)
      t.true(startOf(begin) <= (end?.ts ?? NaN), `${arrow}: the kernels' clocks agree`)
    }
    t.deepEqual(
      of('i', 'end')
        .map(({ pid, tid }) => `${pid} ${tid}`)
        .sort(),
      ['1 1', '2 2'],
    )
  })

  test(`on ${name}, what a thread does lies side by side in its trace, or one in another`, async (t) => {
    const { events } = await traced(make())
    const tracks = byTrack(events)
    for (const [track, all] of tracks) {
      const spans = all.filter(({ ph }) => ph === 'X').sort((a, b) => startOf(a) - startOf(b) || endOf(b) - endOf(a))
      t.true(spans.every((span) => endOf(span) >= startOf(span)))
      const open: Event[] = []
      for (const span of spans) {
        while (open.length > 0 && endOf(open[open.length - 1]) <= startOf(span) + 0.001) open.pop()
        const outer = open[open.length - 1]
        if (outer) t.true(endOf(span) <= endOf(outer) + 0.001, `${track}: ${JSON.stringify([outer, span])}`)
        open.push(span)
      }
    }
  })
}

function byTrack(events: readonly Event[]): Map<string, Event[]> {
  const groups = new Map<string, Event[]>()
  for (const event of events) {
    const track = `${event.pid} ${event.tid}`
    groups.set(track, [...(groups.get(track) ?? []), event])
  }
  return groups
}

test('a trace changes nothing about a simulated run', async (t) => {
  const steps = async (trace: boolean): Promise<number> => {
    let last = 0
    const backend = new SimBackend({ kernels: 3, seed: 11, onStep: ({ steps }) => (last = steps) })
    const none: Trace = { write: () => undefined, close: () => undefined }
    await using system = await boot(backend, (container) => trace && container.register(Trace, { useValue: none }))
    await run(system, 'traced')
    return last
  }
  t.is(await steps(true), await steps(false))
})

test('a trace that can not be written is refused with its path', (t) => {
  const error = t.throws(() => new TraceFile('/nowhere/at/all.json'), { instanceOf: TraceFileError })
  t.regex(error.message, /can't be written to \/nowhere\/at\/all\.json: ENOENT/)
})
