import {
  block,
  callingKernel,
  callingThread,
  PosixError,
  systemCall,
  Timer,
  waitCode,
  type Fiber,
  type Frame,
  type SUSPENDED,
} from '@atoll/kernel'

/** A time or duration: whole seconds, and 0 … 999,999,999 nanoseconds. */
export interface timespec {
  readonly sec: number
  readonly nsec: number
}

/** A duration: a `timespec`, or milliseconds. */
export type Duration = timespec | number

/** The wall clock, since 1970-01-01 UTC. */
export const CLOCK_REALTIME = 0
/** A clock that is never set and never runs backwards. */
export const CLOCK_MONOTONIC = 1
/** For `clock_nanosleep`: the time is a point in time, not a duration. */
export const TIMER_ABSTIME = 1

const ZERO: timespec = { sec: 0, nsec: 0 }

/**
 * The time of a clock.
 *
 * @throws PosixError `EINVAL`: not a clock.
 */
export function clock_gettime(clock: number): timespec {
  const kernel = callingKernel('clock_gettime')
  checkClock('clock_gettime', clock)
  return clock === CLOCK_REALTIME ? fromMs(kernel.clock.realtimeMs()) : fromUs(kernel.clock.monotonicUs())
}

/** The resolution of a clock. */
export function clock_getres(clock: number): timespec {
  checkClock('clock_getres', clock)
  return { sec: 0, nsec: clock === CLOCK_REALTIME ? 1_000_000 : 1000 }
}

/** Whole seconds since 1970-01-01 UTC. */
export const time = (): number => Math.floor(callingKernel('time').clock.realtimeMs() / 1000)

/**
 * Blocks the calling thread for a time. Returns the time left: none.
 *
 * @throws PosixError `EINVAL`: not a duration.
 */
export const nanosleep = systemCall<(duration: Duration) => Promise<timespec>>('nanosleep', (duration: Duration) =>
  sleepFor('nanosleep', readUs('nanosleep', duration), ZERO),
)

/**
 * Blocks the calling thread for a time on `clock`, or until a point of it (`TIMER_ABSTIME`).
 *
 * @throws PosixError `EINVAL`: not a clock, not a time.
 */
export const clock_nanosleep = systemCall<(clock: number, flags: number, request: Duration) => Promise<timespec>>(
  'clock_nanosleep',
  (clock: number, flags: number, request: Duration) => {
    checkClock('clock_nanosleep', clock)
    const us = readUs('clock_nanosleep', request)
    if ((flags & TIMER_ABSTIME) === 0) return sleepFor('clock_nanosleep', us, ZERO)
    const { clock: source } = callingKernel('clock_nanosleep')
    const nowUs = clock === CLOCK_REALTIME ? source.realtimeMs() * 1000 : source.monotonicUs()
    return sleepFor('clock_nanosleep', Math.max(0, us - nowUs), ZERO)
  },
)

/** Blocks the calling thread for whole seconds. Returns the seconds left: none. */
export const sleep = systemCall<(seconds: number) => Promise<number>>('sleep', (seconds: number) =>
  sleepFor('sleep', readUs('sleep', { sec: seconds, nsec: 0 }), 0),
)

/** Blocks the calling thread for microseconds. */
export const usleep = systemCall<(microseconds: number) => Promise<void>>('usleep', (microseconds: number) =>
  sleepFor('usleep', readUs('usleep', microseconds / 1000), undefined),
)

/** Wakes a sleeping stack of this isolate. Its time is the frame's: a number kept twice takes twice the room. */
class Alarm extends Timer {
  readonly #frame: Frame
  readonly #fiber: Fiber

  constructor(frame: Frame, fiber: Fiber) {
    super()
    this.#frame = frame
    this.#fiber = fiber
  }

  get atUs(): number {
    return this.#frame['untilUs'] as number
  }

  fire(): void {
    this.#fiber.alarm = null
    this.#fiber.thread.process.kernel.scheduler.wake(this.#fiber, undefined, false)
  }
}

/** Until the kernel's monotonic clock, which all kernels of a node share, has reached `untilUs`. */
const SLEEP = waitCode('sleep', {
  slots: ['untilUs', 'result'],
  result: (_value, frame) => frame['result'],
  register: (frame, fiber, kernel) => {
    fiber.alarm = new Alarm(frame, fiber)
    kernel.timers.start(fiber.alarm)
  },
  withdraw: (_frame, fiber, kernel) => {
    if (fiber.alarm) kernel.timers.cancel(fiber.alarm)
    fiber.alarm = null
  },
  cancel: 'withdraw',
})

function sleepFor(syscall: string, us: number, result: unknown): typeof SUSPENDED {
  const { kernel } = callingThread(syscall).process
  return block(kernel, { $f: SLEEP, $p: 0, $c: null, untilUs: kernel.clock.monotonicUs() + us, result })
}

/** When a point of time on `CLOCK_REALTIME` will have come, on the monotonic clock, in microseconds. Throws `EINVAL`. */
export function readDeadline(syscall: string, abstime: Duration): number {
  const { clock } = callingKernel(syscall)
  return clock.monotonicUs() + readUs(syscall, abstime) - clock.realtimeMs() * 1000
}

/** The same, of a point of time on `clock`. */
export const readDeadlineOn = (clock: number, syscall: string, abstime: Duration): number =>
  clock === CLOCK_MONOTONIC ? readUs(syscall, abstime) : readDeadline(syscall, abstime)

function readUs(syscall: string, duration: Duration): number {
  if (typeof duration === 'number') {
    if (duration >= 0 && duration < Infinity) return duration * 1000
    throw new PosixError('EINVAL', syscall, `${duration} is not a time in milliseconds`)
  }
  const { sec, nsec } = duration ?? { sec: NaN, nsec: NaN }
  if (Number.isInteger(sec) && sec >= 0 && Number.isInteger(nsec) && nsec >= 0 && nsec < 1e9)
    return sec * 1e6 + nsec / 1000
  throw new PosixError(
    'EINVAL',
    syscall,
    `{ sec: ${String(sec)}, nsec: ${String(nsec)} } is not a time: give seconds of at least 0 and 0 … 999,999,999 nanoseconds`,
  )
}

/** Throws `EINVAL` unless it is a clock. */
export function checkClock(syscall: string, clock: number): void {
  if (clock !== CLOCK_REALTIME && clock !== CLOCK_MONOTONIC) {
    throw new PosixError('EINVAL', syscall, `${String(clock)} is not a clock: CLOCK_REALTIME and CLOCK_MONOTONIC are`)
  }
}

const fromUs = (us: number): timespec => {
  const sec = Math.floor(us / 1e6)
  return { sec, nsec: Math.min(999_999_999, Math.round((us - sec * 1e6) * 1000)) }
}

const fromMs = (ms: number): timespec => fromUs(ms * 1000)
