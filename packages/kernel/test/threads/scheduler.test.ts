import test from 'ava'
import fc from 'fast-check'
import type { Clock } from '../../src/ports/clock.js'
import { builtinCode, readyFrame } from '../../src/frames/builtin.js'
import type { Frame } from '../../src/frames/frame.js'
import { registers } from '../../src/frames/registers.js'
import type { ProcessReplica } from '../../src/process/replica.js'
import type { Departure } from '../../src/threads/departure.js'
import { Scheduler } from '../../src/threads/scheduler.js'
import type { Fiber } from '../../src/threads/fiber.js'
import type { FuelPolicy } from '../../src/threads/fuel.js'
import { SchedulingPolicy } from '../../src/threads/scheduling.js'
import { Thread } from '../../src/threads/thread.js'

/** Runs as many slices as the frame says, and notes each. */
const SLICES = builtinCode('test-slices', ['name', 'left', 'ran'], (frame) => {
  const { name, left, ran } = frame as unknown as { name: string; left: number; ran: string[] }
  ran.push(name)
  if (left === 1) return `${name} has ended`
  registers.suspend(readyFrame(undefined))
  return registers.extend(slices(name, left - 1, ran))
})

const slices = (name: string, left: number, ran: string[]): Frame => ({ $f: SLICES, $p: 0, $c: null, name, left, ran })

/** Ends with what it is resumed with. */
const ECHO = builtinCode('test-echo', [], (_frame, value, thrown) => {
  if (thrown) throw value
  return value
})

const DEPARTURE: Departure = { to: 2, cpus: null, decided: [] }

class CountingFuel implements FuelPolicy {
  granted = 0
  begin(): number {
    this.granted++
    return 100
  }
  refuel(): number {
    return -1
  }
}

/** A scheduler, and what it says. */
function setup(onRan: (isBacklogged: boolean) => void = () => undefined) {
  const ran: string[] = []
  const events: string[] = []
  const state = { urgent: false, nowUs: 0, sliceUs: 0 }
  const fuel = new CountingFuel()
  const clock: Clock = {
    monotonicUs: () => state.nowUs + fuel.granted * state.sliceUs,
    realtimeMs: () => 0,
    setTimer: () => () => undefined,
  }
  const scheduler = new Scheduler(fuel, clock, () => state.urgent, {
    heldBack: ({ thread }) => events.push(`held back ${thread.tid}`),
    failed: ({ thread }, error) => events.push(`failed ${thread.tid}: ${String(error)}`),
    ended: ({ value, thrown }) => events.push(`${thrown ? 'threw' : 'ended'} ${String(value)}`),
    suspended: ({ tid }) => events.push(`suspended ${tid}`),
    work: () => events.push('work'),
    ran: onRan,
  })
  let threads = 0
  const fiber = (top: Frame): Fiber => new Thread({} as ProcessReplica, ++threads, top).main
  const start = (name: string, count: number): Fiber => {
    const made = fiber(slices(name, count, ran))
    scheduler.enqueue(made)
    return made
  }
  return { ran, events, state, fuel, scheduler, fiber, start }
}

test('fibers run in turns, first come first served, one slice each', (t) => {
  const { ran, scheduler, start, fuel, events } = setup()
  start('a', 3)
  start('b', 1)
  start('c', 2)
  while (scheduler.run()) continue
  t.deepEqual(ran, ['a', 'b', 'c', 'a', 'c', 'a'])
  t.is(fuel.granted, 6)
  t.deepEqual(events, ['work', 'ended b has ended', 'ended c has ended', 'ended a has ended'])
  t.true(scheduler.idle)
})

test('between two slices of a fiber no other runs twice', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 }), (lengths) => {
      const { ran, scheduler, start } = setup()
      for (const [i, length] of lengths.entries()) start(String(i), length)
      while (scheduler.run(5)) continue
      t.is(
        ran.length,
        lengths.reduce((sum, length) => sum + length, 0),
      )
      for (const name of new Set(ran)) {
        const [, ...between] = ran
          .join(' ')
          .split(new RegExp(`\\b${name}\\b`))
          .slice(0, -1)
        for (const others of between.map((part) => part.trim().split(' '))) t.is(new Set(others).size, others.length)
      }
    }),
  )
})

test('a run stops after so many slices, and the next goes on where it was', (t) => {
  const { ran, scheduler, start } = setup()
  start('a', 9)
  start('b', 9)
  t.true(scheduler.run(3))
  t.is(ran.join(''), 'aba')
  t.true(scheduler.run(2))
  t.is(ran.join(''), 'ababa')
})

test('a run stops when something is urgent, but not before anybody has run', (t) => {
  const { ran, scheduler, start, state } = setup()
  start('a', 9)
  start('b', 9)
  state.urgent = true
  t.true(scheduler.run())
  t.is(ran.join(''), 'a')
})

test('a run of long slices looks up after each, one of short slices stops when its time is over', (t) => {
  const long = setup()
  long.state.sliceUs = 40
  for (const name of ['a', 'b']) long.start(name, 1000)
  long.scheduler.run()
  t.is(long.ran.length, 2)
  const short = setup()
  short.state.sliceUs = 0.1
  for (const name of ['a', 'b']) short.start(name, 1000)
  short.scheduler.run()
  t.true(short.ran.length >= 500 && short.ran.length < 600, `${short.ran.length} slices of 0.1 µs`)
})

test('a run of an empty queue says so', (t) => {
  const { scheduler } = setup()
  t.false(scheduler.run())
})

test('who is woken goes on with the value, or by throwing it', (t) => {
  const { scheduler, fiber, events } = setup()
  for (const [value, thrown] of [
    ['value', false],
    ['error', true],
  ] as const) {
    const blocked = fiber({ $f: ECHO, $p: 0, $c: null })
    Object.assign(blocked, { state: 'blocked', wait: 3 })
    scheduler.wake(blocked, value, thrown)
    t.is(blocked.wait, 0)
    t.is(blocked.state, 'ready')
  }
  scheduler.run()
  t.deepEqual(events, ['work', 'ended value', 'threw error'])
})

test('a fiber that has gone elsewhere while it was queued does not run', (t) => {
  const { ran, scheduler, start, events } = setup()
  start('a', 1)
  start('b', 1).state = 'gone'
  start('c', 1)
  while (scheduler.run()) continue
  t.deepEqual(ran, ['a', 'c'])
  t.deepEqual(events, ['work', 'ended a has ended', 'ended c has ended'])
})

test('work is announced when there was none', (t) => {
  const { scheduler, start, events } = setup()
  start('a', 1)
  start('b', 1)
  t.deepEqual(events, ['work'])
  while (scheduler.run()) continue
  start('c', 1)
  t.is(events.filter((event) => event === 'work').length, 2)
})

test('a thread that wants to go is reported at the end of its slice; under force every thread is', (t) => {
  const { scheduler, start, events } = setup()
  const going = start('going', 2)
  start('staying', 2)
  going.thread.departure = DEPARTURE
  scheduler.run(2)
  t.deepEqual(events, ['work', 'suspended 1'])
  scheduler.forced = true
  scheduler.run(2)
  t.deepEqual(events.slice(2), ['ended going has ended', 'suspended 1', 'ended staying has ended', 'suspended 2'])
})

test('a thread that waits to go is reconsidered, but not while it runs', (t) => {
  const { scheduler, fiber, events } = setup()
  const { thread } = fiber(readyFrame(1))
  scheduler.reconsider(thread)
  t.deepEqual(events, [])
  thread.departure = DEPARTURE
  scheduler.reconsider(thread)
  t.deepEqual(events, ['suspended 1'])
  registers.fiber = thread.main
  scheduler.reconsider(thread)
  registers.fiber = null
  t.deepEqual(events, ['suspended 1'])
})

test('what is thrown on behalf of a fiber is reported with it, and the others go on', (t) => {
  const { ran, events, scheduler, start } = setup()
  const first = start('first', 1)
  Object.defineProperty(first.thread, 'departure', {
    get: () => {
      throw new RangeError('on its behalf')
    },
  })
  start('second', 1)
  while (scheduler.run()) continue
  t.true(
    ran.some((slice) => slice.startsWith('second')),
    ran.join(),
  )
  t.true(events.includes('failed 1: RangeError: on its behalf'), events.join())
})

test('a fiber of higher priority that becomes ready ends the slice of the one that runs; that one goes on before its equals', (t) => {
  const { ran, scheduler, start } = setup()
  const high = start('high', 1)
  high.thread.needExtras().scheduling = { policy: SchedulingPolicy.rr, priority: 9 }
  const low = start('low', 2)
  const equal = start('equal', 1)
  for (const { thread } of [low, equal]) scheduler.reschedule(thread, { policy: SchedulingPolicy.rr, priority: 3 })
  for (const fiber of [low, equal, high]) Object.assign(fiber.thread.process, { kernel: { scheduler }, nice: 0 })
  scheduler.run(1)
  t.deepEqual(ran, ['high'])
  const late = start('late', 1)
  scheduler.reschedule(late.thread, { policy: SchedulingPolicy.rr, priority: 3 })
  Object.assign(late.thread.process, { kernel: { scheduler }, nice: 0 })
  registers.fiber = low
  scheduler.reschedule(late.thread, { policy: SchedulingPolicy.rr, priority: 4 })
  registers.fiber = null
  t.true(scheduler.isPreempting)
  while (scheduler.run()) continue
  t.deepEqual(ran, ['high', 'late', 'low', 'equal', 'low'])
})

test('a run says whether it leaves a backlog', (t) => {
  const backlogs: boolean[] = []
  const { scheduler, start } = setup((isBacklogged) => backlogs.push(isBacklogged))
  start('a', 2)
  start('b', 1)
  scheduler.run(1)
  scheduler.run(1)
  scheduler.run(1)
  t.deepEqual(backlogs, [true, false, false])
})
