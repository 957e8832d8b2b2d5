import test from 'ava'
import fc from 'fast-check'
import type { Clock } from '../../src/ports/clock.js'
import { Timers } from '../../src/threads/timers.js'

class HandClock implements Clock {
  nowUs = 0
  monotonicUs(): number {
    return this.nowUs
  }
  realtimeMs(): number {
    return 0
  }
  setTimer(): () => void {
    throw new Error('the heap is driven by the loop')
  }
}

type Command =
  | { readonly kind: 'set'; readonly inUs: number }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'pass'; readonly us: number }

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('set' as const), inUs: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(100) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), us: fc.integer({ min: 0, max: 20 }) }) },
)

/** The same, by a list that is sorted each time. */
class SortedList {
  #entries: { readonly atUs: number; readonly name: number }[] = []
  set(atUs: number, name: number): void {
    this.#entries.push({ atUs, name })
    this.#entries.sort((a, b) => a.atUs - b.atUs || a.name - b.name)
  }
  cancel(name: number): void {
    this.#entries = this.#entries.filter((entry) => entry.name !== name)
  }
  expire(nowUs: number): number[] {
    const due = this.#entries.filter(({ atUs }) => atUs <= nowUs)
    this.#entries = this.#entries.filter(({ atUs }) => atUs > nowUs)
    return due.map(({ name }) => name)
  }
  get nextUs(): number {
    return this.#entries[0]?.atUs ?? Infinity
  }
}

test('the heap does as a sorted list does', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const clock = new HandClock()
      const timers = new Timers(clock)
      const list = new SortedList()
      const cancels: (() => void)[] = []
      let fired: number[] = []
      for (const each of commands) {
        if (each.kind === 'set') {
          const name = cancels.length
          cancels.push(timers.set(clock.nowUs + each.inUs, () => fired.push(name)))
          list.set(clock.nowUs + each.inUs, name)
        } else if (each.kind === 'cancel') {
          cancels[each.which]?.()
          if (each.which < cancels.length) list.cancel(each.which)
        } else {
          clock.nowUs += each.us
          fired = []
          const expected = list.expire(clock.nowUs)
          t.is(timers.expire(), expected.length > 0)
          t.deepEqual(fired, expected)
        }
        t.is(timers.nextUs, list.nextUs)
      }
    }),
  )
})

test('a callback may set and cancel timers: those that are due by then come in the same call', (t) => {
  const clock = new HandClock()
  const timers = new Timers(clock)
  const order: string[] = []
  let cancelLast: () => void = () => undefined
  timers.set(1, () => {
    order.push('first')
    timers.set(0, () => order.push('set by the first'))
    cancelLast()
  })
  timers.set(2, () => order.push('second'))
  cancelLast = timers.set(2, () => order.push('cancelled'))
  clock.nowUs = 5
  t.true(timers.expire())
  t.deepEqual(order, ['first', 'set by the first', 'second'])
  t.is(timers.nextUs, Infinity)
  t.false(timers.expire())
})

test('a timer that never comes does not fire', (t) => {
  const clock = new HandClock()
  const timers = new Timers(clock)
  timers.set(Infinity, () => t.fail())
  clock.nowUs = 1e15
  t.false(timers.expire())
})

test('nothing stays of a timer that was cancelled', (t) => {
  const clock = new HandClock()
  const timers = new Timers(clock)
  timers.set(1, () => undefined)
  for (const cancel of Array.from({ length: 1000 }, (_, index) => timers.set(2 + index, () => t.fail()))) cancel()
  t.is(timers.size, 1)
  t.is(timers.nextUs, 1)
})
