import {
  CpuSets,
  encodeForProcess,
  Externals,
  firstFrames,
  Journeys,
  type Kernel,
  type ProcessReplica,
  type WaitCode,
} from '@atoll/kernel'
import test from 'ava'
import fc from 'fast-check'
import { MalformedThreadError, restoreThread } from '../src/index.js'

/** As much of a process as an image needs that names nothing of a program. */
const process = {
  instance: null,
  surroundings: new Externals(),
  kernel: { cpuSets: new CpuSets(), journeys: new Journeys(1) } as Kernel,
} as ProcessReplica

const restore = (values: readonly unknown[]): ReturnType<typeof restoreThread> =>
  restoreThread(process, 7, 3, encodeForProcess(process, values).slice())

const CANCELLATION = { disabled: false, asynchronous: true, requested: true, shielded: [1], handlers: [] }
const top = (): unknown => firstFrames(Math.max, [1])

/** A thread that may run on two CPUs, with two stacks. */
const sound = (): unknown[] => [
  ...[5, 1, 0, new Map([[1, { value: 'x', rounds: 0 }]]), CANCELLATION, '1 2', undefined, 2 * 256 + 10, 2, 0, 3],
  ...[0, 'ready', 0, undefined, false, false, top()],
  ...[1, 'ready', 0, 'value', true, false, top()],
]

test('a sound image makes a thread', (t) => {
  const thread = restore(sound())
  t.deepEqual(thread.affinity, [0, 3])
  t.deepEqual(thread.extras?.scheduling, { policy: 2, priority: 10 })
  t.is(thread.fibers().length, 2)
})

test('an image that makes no thread is refused, and says what is wrong', (t) => {
  const damaged = (at: number, value: unknown): unknown[] => sound().with(at, value)
  for (const [values, culprit] of [
    [[], 'its counters'],
    [sound().slice(0, 11), 'it has no stack'],
    [sound().slice(0, -1), 'a stack'],
    [damaged(0, -1), 'its counters'],
    [damaged(3, new Map([[1, 2]])), 'its specific data'],
    [damaged(4, { ...CANCELLATION, handlers: [{ routine: 1, fiber: 0 }] }), 'its cancellation state'],
    [damaged(7, 3 * 256), 'its scheduling'],
    [damaged(7, 256), 'its scheduling'],
    [damaged(8, 1e9), 'its CPUs'],
    [damaged(9, 'CPU'), 'its CPUs'],
    [damaged(12, 'running'), 'the state of a stack'],
    [damaged(12, 'blocked'), 'a stack that waits'],
    [damaged(12, 'ended'), 'a main stack that has ended'],
    [damaged(17, { $f: {} }), 'a stack that is ready'],
  ] as const) {
    const error = t.throws(() => restore(values), { instanceOf: MalformedThreadError })
    t.true(error.message.includes(culprit), `${error.message} instead of ${culprit}`)
  }
})

test('whatever an image holds, what is made of it can be scheduled', (t) => {
  const junk = fc.oneof(
    fc.integer(),
    fc.constantFrom<unknown>('blocked', 'ended', null, undefined, true, [], {}, 1.5),
    fc.string(),
  )
  const damage = fc.array(fc.tuple(fc.nat({ max: 24 }), junk), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(damage, fc.nat({ max: 25 }), (damages, length) => {
      const values = sound().slice(0, length === 0 ? 25 : length)
      for (const [at, value] of damages) if (at < values.length) values[at] = value
      try {
        for (const { state, top } of restore(values).fibers()) {
          if (state === 'blocked' && typeof (top?.$f as WaitCode | undefined)?.register !== 'function') return false
          if (top !== null && typeof top.$f.resume !== 'function') return false
        }
      } catch (error) {
        return error instanceof MalformedThreadError
      }
      return true
    }),
    { numRuns: 500 },
  )
  t.pass()
})
