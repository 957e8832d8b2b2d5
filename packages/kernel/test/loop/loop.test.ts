import test from 'ava'
import { AdaptiveSpin, KernelLoop, type KernelLoopOptions } from '../../src/loop/index.js'
import type { CancelTimer, Clock } from '../../src/ports/index.js'

/** Time that each reading moves on by a microsecond. */
class TickingClock implements Clock {
  nowUs = 0
  timers: { atUs: number; callback: () => void }[] = []

  monotonicUs(): number {
    return this.nowUs++
  }

  realtimeMs(): number {
    return this.nowUs / 1000
  }

  setTimer(atUs: number, callback: () => void): CancelTimer {
    const timer = { atUs, callback }
    if (atUs !== Infinity) this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }
}

/** A loop in a world where everything happens by hand. */
function world(options: Partial<KernelLoopOptions> = {}) {
  const clock = new TickingClock()
  const microtasks: (() => void)[] = []
  const events: (() => void)[] = []
  const state = { waiting: 0, parks: 0, unparks: 0, polls: 0, looks: 0, ready: 0, deadlineMs: Infinity }
  const hooks = { doorbell: (): void => undefined, look: (): void => undefined, beforePark: (): void => undefined }
  const loop = new KernelLoop({
    messenger: {
      poll(budget) {
        state.polls++
        const count = Math.min(state.waiting, budget)
        state.waiting -= count
        return count
      },
      get pending() {
        state.looks++
        hooks.look()
        return state.waiting > 0
      },
      park() {
        hooks.beforePark()
        if (state.waiting > 0) return false
        state.parks++
        return true
      },
      unpark() {
        state.unparks++
      },
      onDoorbell(rung) {
        hooks.doorbell = rung
      },
    },
    runSlice() {
      if (state.deadlineMs * 1000 <= clock.nowUs) state.deadlineMs = Infinity
      if (state.ready === 0) return 'idle'
      state.ready--
      return 'ran'
    },
    nextDeadlineMs: () => state.deadlineMs,
    clock,
    host: {
      afterMicrotasks: (callback) => microtasks.push(callback),
      afterEvents: (callback) => events.push(callback),
    },
    ...options,
  })
  /** Lets the host run until only time or a message can go on. */
  const settle = (): void => {
    for (let next = microtasks.shift() ?? events.shift(); next; next = microtasks.shift() ?? events.shift()) next()
  }
  return { loop, clock, state, hooks, microtasks, events, settle }
}

test('an idle kernel spins for the spin time and then parks', (t) => {
  const { loop, clock, state, settle } = world()
  loop.start()
  settle()
  t.true(loop.parked)
  t.is(state.parks, 1)
  t.true(clock.nowUs >= 50 && clock.nowUs < 120, `parked after ${clock.nowUs} µs`)
})

test('a spin time of zero parks at once', (t) => {
  const { loop, clock, state, settle } = world({ spinUs: 0 })
  loop.start()
  settle()
  t.true(loop.parked)
  t.is(state.looks, 0)
  t.true(clock.nowUs < 5)
})

test('a message that comes while spinning is polled at once, without a turn of the host', (t) => {
  const { loop, state, hooks, microtasks, events } = world()
  hooks.look = () => {
    if (state.looks === 20) state.waiting = 1
  }
  loop.start()
  microtasks.shift()?.()
  t.is(state.waiting, 0)
  t.is(state.parks, 0)
  t.is(events.length, 0)
  t.is(microtasks.length, 1, 'goes on after the promise callbacks that the handler may have set off')
})

test('a message that comes in an idle turn after work counts as come while spinning', (t) => {
  const { loop, clock, state, hooks, microtasks, settle } = world({ sliceUs: 10_000 })
  loop.start()
  for (let parks = 0; parks < 5; parks++) {
    settle()
    t.true(loop.parked)
    state.ready = 1
    hooks.doorbell()
  }
  for (let turn = 0; turn < 3; turn++) microtasks.shift()!()
  state.waiting = 1
  const beforeUs = clock.nowUs
  settle()
  t.true(clock.nowUs - beforeUs >= 50, 'so the next spin is long')
})

test('a message that comes between the last look and parking is not slept through', (t) => {
  const { loop, state, hooks, settle } = world({ spinUs: 0 })
  let once = true
  hooks.beforePark = () => {
    if (once) state.waiting = 1
    once = false
  }
  loop.start()
  settle()
  t.is(state.waiting, 0)
  t.is(state.parks, 1)
})

test('the doorbell wakes a parked kernel, which receives and parks again', (t) => {
  const { loop, state, hooks, settle } = world({ spinUs: 0 })
  loop.start()
  settle()
  state.waiting = 3
  hooks.doorbell()
  settle()
  t.is(state.waiting, 0)
  t.is(state.unparks, 1)
  t.true(loop.parked)
})

test('a deadline wakes a parked kernel, and its timer is withdrawn if something else does', (t) => {
  const { loop, clock, state, hooks, settle } = world({ spinUs: 0 })
  state.deadlineMs = 2
  loop.start()
  settle()
  t.deepEqual(
    clock.timers.map(({ atUs }) => atUs),
    [2000],
  )
  hooks.doorbell()
  t.is(clock.timers.length, 0)
  settle()
  clock.nowUs = 2000
  clock.timers[0].callback()
  settle()
  t.is(state.deadlineMs, Infinity)
  t.true(loop.parked)
})

test('a deadline ends a spin', (t) => {
  const { loop, clock, state, microtasks } = world({ sliceUs: 1000, spinUs: 500 })
  state.deadlineMs = 0.1
  loop.start()
  microtasks.shift()?.()
  t.is(state.deadlineMs, Infinity)
  t.is(state.polls, 2)
  t.true(clock.nowUs > 500, 'then it went on spinning to the end')
})

test('threads that always run leave the host a turn after each slice', (t) => {
  const { loop, clock, state, microtasks, events } = world()
  state.ready = 1_000_000
  loop.start()
  while (events.length === 0) microtasks.shift()!()
  t.true(clock.nowUs >= 50 && clock.nowUs < 60, `gave way after ${clock.nowUs} µs`)
})

test('promise callbacks run between two turns that did something, and for a while after', (t) => {
  const { loop, state, microtasks } = world({ sliceUs: 1000 })
  state.ready = 1
  loop.start()
  let turns = 0
  while (!loop.parked) {
    microtasks.shift()!()
    turns++
  }
  t.is(turns, 17, 'one that ran, sixteen idle ones')
})

test('wake brings a parked kernel back without running anything in its caller', (t) => {
  const { loop, state, settle } = world({ spinUs: 0 })
  loop.start()
  settle()
  state.ready = 1
  loop.wake()
  t.is(state.ready, 1)
  t.false(loop.parked)
  settle()
  t.is(state.ready, 0)
})

test('a stopped loop does nothing any more, and can start again', (t) => {
  const { loop, state, hooks, settle } = world({ spinUs: 0 })
  loop.start()
  settle()
  loop.stop()
  state.waiting = 1
  hooks.doorbell()
  settle()
  t.is(state.waiting, 1)
  t.is(state.unparks, 1)
  loop.start()
  settle()
  t.is(state.waiting, 0)
})

test('a loop that is stopped by what it runs ends with that turn', (t) => {
  const stopping = world({
    runSlice: () => {
      stopping.loop.stop()
      return 'ran'
    },
  })
  stopping.loop.start()
  stopping.settle()
  t.false(stopping.loop.parked)
  t.is(stopping.state.polls, 1)
})

test("a fault of the kernel's own ends the loop and is thrown to the host, not swallowed", (t) => {
  const faulty = world({
    runSlice: () => {
      throw new RangeError('a fault')
    },
  })
  faulty.loop.start()
  const error = t.throws(faulty.settle, { name: 'KernelFaultError', message: /a fault/ })
  t.is((error.cause as Error).message, 'a fault')
  faulty.loop.wake()
  faulty.settle()
  t.is(faulty.state.polls, 1)
})

/** What a spin does that is lost whenever there is one. */
function lose(spin: AdaptiveSpin): number {
  const us = spin.begin()
  if (us > 0) spin.lost()
  return us
}

test('after a few spins in vain there are none, but for a long one every 64 parks', (t) => {
  const spin = new AdaptiveSpin(50)
  t.deepEqual(
    Array.from({ length: 6 }, () => lose(spin)),
    [50, 50, 50, 50, 0, 0],
  )
  const later = Array.from({ length: 64 }, () => lose(spin))
  t.deepEqual(
    later.filter((us) => us > 0),
    [200],
  )
  spin.begin()
  spin.won(1)
  t.is(spin.begin(), 50)
})

test('after a spin that was won late the next is twice as long, within bounds', (t) => {
  const spin = new AdaptiveSpin(50)
  spin.won(40)
  t.is(spin.begin(), 80)
  spin.won(150)
  t.is(spin.begin(), 200)
  spin.won(3)
  t.is(spin.begin(), 50)
})

test('the spin after a park that a message ended soon is long enough for a peer that has to wake up', (t) => {
  const spin = new AdaptiveSpin(50)
  spin.woken(120)
  t.is(spin.begin(), 200)
  t.is(spin.begin(), 50, 'only the next one')
  spin.woken(5000)
  t.is(spin.begin(), 50)
})

test('parks that messages end soon bring the next probe nearer', (t) => {
  const spin = new AdaptiveSpin(50)
  while (lose(spin) > 0);
  const spins = Array.from({ length: 16 }, () => {
    spin.woken(120)
    return lose(spin)
  })
  t.is(spins.filter((us) => us > 0).length, 2)
})
