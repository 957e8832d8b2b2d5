import test from 'ava'
import fc from 'fast-check'
import type { Clock } from '../../src/ports/clock.js'
import { SeededRandom } from '../../src/ports/random.js'
import { CountedFuel, ForcedFuel, TimedFuel, type FuelPolicy } from '../../src/threads/fuel.js'

/** A clock that stands still until it is told. */
class StoppedClock implements Clock {
  nowUs = 1000
  monotonicUs(): number {
    return this.nowUs
  }
  realtimeMs(): number {
    return this.nowUs / 1000
  }
  setTimer(): () => void {
    throw new Error('fuel sets no timers')
  }
}

/** Runs a loop whose turns take `turnUs`, until its slice ends. */
function burn(fuel: FuelPolicy, clock: StoppedClock, turnUs: number): { turns: number; readings: number; us: number } {
  const startUs = clock.nowUs
  let readings = 0
  let turns = 0
  let left = fuel.begin()
  for (;;) {
    turns++
    clock.nowUs += turnUs
    if (--left >= 0) continue
    readings++
    left = fuel.refuel('back-edge')
    if (left < 0) return { turns, readings, us: clock.nowUs - startUs }
  }
}

const SLICE_US = 200

test('a slice of short turns ends on time, and reads the clock seldom', (t) => {
  const clock = new StoppedClock()
  const fuel = new TimedFuel(clock, SLICE_US, () => false)
  const { turns, readings, us } = burn(fuel, clock, 0.01)
  t.true(us >= SLICE_US && us < SLICE_US * 1.2, `${us} µs`)
  t.true(readings < turns / 300, `${readings} readings in ${turns} turns`)
})

test('a slice takes little more than its time, or than the turns before the clock is first read', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 50, noNaN: true }), (turnUs) => {
      const clock = new StoppedClock()
      const { us } = burn(new TimedFuel(clock, SLICE_US, () => false), clock, turnUs)
      t.true(us >= SLICE_US)
      t.true(us <= SLICE_US + 20 + 130 * turnUs, `${us} µs with turns of ${turnUs}`)
    }),
  )
})

test('something urgent ends a slice at the next look, but not before it has begun', (t) => {
  const clock = new StoppedClock()
  let urgent = true
  const fuel = new TimedFuel(clock, SLICE_US, () => urgent)
  fuel.begin()
  t.true(fuel.refuel() > 0)
  t.is(fuel.refuel(), -1)
  urgent = false
  fuel.begin()
  t.true(fuel.refuel() > 0)
  t.true(fuel.refuel() > 0)
})

test('granted fuel is counted', (t) => {
  const clock = new StoppedClock()
  const fuel = new TimedFuel(clock, SLICE_US, () => false)
  let sum = fuel.begin()
  for (let i = 0; i < 5; i++) sum += fuel.refuel()
  t.is(fuel.granted, sum)
})

test('counted slices have lengths that follow from the seed, from one to the longest, and no second part', (t) => {
  const lengths = (seed: number): number[] => {
    const fuel = new CountedFuel(new SeededRandom(seed), 8)
    const grants = Array.from({ length: 500 }, () => fuel.begin())
    t.is(fuel.refuel(), -1)
    t.is(
      fuel.granted,
      grants.reduce((sum, grant) => sum + grant, 0),
    )
    return grants
  }
  t.deepEqual(lengths(1), lengths(1))
  t.notDeepEqual(lengths(1), lengths(2))
  t.deepEqual([...new Set(lengths(3))].sort(), [1, 2, 3, 4, 5, 6, 7, 8])
})

test('forced fuel suspends at every await, at the first back-edges, and then at a sample of them', (t) => {
  const fuel = new ForcedFuel(new SeededRandom(1), 10, 4)
  t.is(fuel.begin(), 0)
  const backEdges = Array.from({ length: 410 }, () => fuel.refuel('back-edge'))
  t.deepEqual(new Set(backEdges.slice(0, 10)), new Set([-1]))
  const later = backEdges.slice(10)
  const suspended = later.filter((grant) => grant === -1).length
  t.true(suspended > 60 && suspended < 140, `${suspended} of 400`)
  t.true(later.every((grant) => grant === -1 || grant === 0))
  for (let i = 0; i < 20; i++) t.is(fuel.refuel('await'), -1)
})
