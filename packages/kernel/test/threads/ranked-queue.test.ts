import test from 'ava'
import fc from 'fast-check'
import type { ProcessReplica } from '../../src/process/replica.js'
import type { Fiber } from '../../src/threads/fiber.js'
import { RankedQueue } from '../../src/threads/ranked-queue.js'
import { SchedulingPolicy, type SchedulingParameters } from '../../src/threads/scheduling.js'
import { Thread } from '../../src/threads/thread.js'

let threads = 0

/** A ready fiber of a thread that is scheduled so, in a process of this nice value. */
function fiberOf(scheduling: SchedulingParameters | null, nice = 0): Fiber {
  const thread = new Thread({ nice } as unknown as ProcessReplica, ++threads, null)
  if (scheduling !== null) thread.needExtras().scheduling = scheduling
  return thread.main
}

const fifo = (priority: number): SchedulingParameters => ({ policy: SchedulingPolicy.fifo, priority })

/** Has all of them run in slices of `us` for `totalUs`; returns the share of each. */
function shares(fibers: readonly Fiber[], us: number, totalUs: number): number[] {
  const queue = new RankedQueue()
  for (const fiber of fibers) queue.push(fiber)
  const had = new Map(fibers.map((fiber) => [fiber, 0]))
  for (let time = 0; time < totalUs; time += us) {
    const fiber = queue.take()
    if (fiber === null) throw new Error('a queue of ready fibers has none')
    had.set(fiber, (had.get(fiber) ?? 0) + us)
    queue.push(fiber)
    queue.charge(us)
  }
  return [...had.values()].map((each) => each / totalUs)
}

test('real-time fibers come first, by priority, equals first come first served', (t) => {
  const queue = new RankedQueue()
  const [other, low, high, highToo] = [fiberOf(null), fiberOf(fifo(3)), fiberOf(fifo(80)), fiberOf(fifo(80))]
  for (const fiber of [other, low, high, highToo]) queue.push(fiber)
  t.deepEqual([...queue], [high, highToo, low, other])
  t.true(queue.leads(high))
  t.false(queue.leads(highToo))
  t.true(queue.outranks(79))
  t.false(queue.outranks(80))
  t.deepEqual([queue.take(), queue.take(), queue.take(), queue.take(), queue.take()], [high, highToo, low, other, null])
})

test('a fiber whose turn is not over comes before its equals', (t) => {
  const queue = new RankedQueue()
  const [first, second] = [fiberOf(fifo(5)), fiberOf(fifo(5))]
  queue.push(first)
  queue.push(second)
  queue.take()
  queue.unshift(first)
  t.is(queue.take(), first)
})

test('fibers that real-time ones keep from running have a twentieth of the time', (t) => {
  const [realtime = 0, one = 0, other = 0] = shares([fiberOf(fifo(99)), fiberOf(null), fiberOf(null)], 100, 1_000_000)
  t.true(Math.abs(realtime - 0.95) < 0.01, String(realtime))
  t.true(Math.abs(one - 0.025) < 0.005, String(one))
  t.true(Math.abs(other - 0.025) < 0.005, String(other))
})

test('a step of nice is worth a quarter more time, whatever the slices', (t) => {
  for (const us of [1, 50, 200]) {
    const [usual = 0, nicer = 0, least = 0] = shares(
      [fiberOf(null, 0), fiberOf(null, 5), fiberOf(null, 19)],
      us,
      4_000_000,
    )
    t.true(Math.abs(usual / nicer - 1.25 ** 5) < 0.3, `${us}: ${usual / nicer}`)
    t.true(least > 0 && usual / least > 50, `${us}: ${usual / least}`)
  }
})

test('the weight of a nice value is that of each of its fibers', (t) => {
  const [one = 0, other = 0, nicer = 0] = shares([fiberOf(null), fiberOf(null), fiberOf(null, 3)], 20, 1_000_000)
  t.true(Math.abs(one - other) < 0.01)
  t.true(Math.abs(one / nicer - 1.25 ** 3) < 0.2, String(one / nicer))
})

test('who has slept has saved nothing up', (t) => {
  const queue = new RankedQueue()
  const [busy, sleeper] = [fiberOf(null, 0), fiberOf(null, 1)]
  queue.push(busy)
  for (let slice = 0; slice < 1000; slice++) {
    t.is(queue.take(), busy)
    queue.push(busy)
    queue.charge(200)
  }
  queue.push(sleeper)
  const ran: (Fiber | null)[] = []
  for (let slice = 0; slice < 10; slice++) {
    const fiber = queue.take()
    ran.push(fiber)
    if (fiber !== null) queue.push(fiber)
    queue.charge(200)
  }
  t.true(ran.filter((fiber) => fiber === busy).length >= 4)
})

test('a queue holds what was put in and not taken out, whatever the ranks', (t) => {
  const rank = fc.record({ priority: fc.constantFrom(0, 0, 1, 50, 99), nice: fc.constantFrom(-20, 0, 19) })
  const step = fc.oneof(rank, fc.constantFrom('take' as const, 'remove' as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new RankedQueue()
      const held = new Set<Fiber>()
      for (const each of steps) {
        if (each === 'take') {
          const taken = queue.take()
          t.is(taken === null, held.size === 0)
          if (taken !== null) t.true(held.delete(taken))
          queue.charge(150)
        } else if (each === 'remove') {
          const [fiber] = held
          if (fiber === undefined) continue
          held.delete(fiber)
          queue.remove(fiber)
        } else {
          const fiber = fiberOf(each.priority === 0 ? null : fifo(each.priority), each.nice)
          held.add(fiber)
          queue.push(fiber)
        }
        t.is(queue.isEmpty, held.size === 0)
        t.is(queue.isBacklogged, held.size > 1)
        t.true([...queue].every((fiber) => held.has(fiber)) && [...queue].length === held.size)
      }
    }),
  )
})
