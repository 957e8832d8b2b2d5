import { types } from 'node:util'
import { OUTPUT_WAIT } from '../console/program-output.js'
import { registers, type CombinatorName } from '../frames/registers.js'
import type { Frame, SUSPENDED } from '../frames/frame.js'
import { promiseFor } from '../frames/thenables.js'
import { callingThread, systemCall } from '../system-call.js'
import { block } from '../waits/wait-code.js'
import type { Fiber } from './fiber.js'
import { abandon, fiberOf, markHandled } from './fiber-promise.js'
import { copyOf, fiberWaitCode, FOREIGN_WAIT } from './fiber-waits.js'
import type { Thread } from './thread.js'

/** Stands for an input that has settled. Inputs that are no promises have settled before anything waits. */
const SETTLED = undefined

/** Slots of the frame that waits: all that the combinator knows. */
interface CombineSlots {
  readonly kind: CombinatorName
  /** What it still waits for; the rest is {@link SETTLED}. */
  readonly inputs: unknown[]
  /** `all`: values; `allSettled`: outcomes; `any`: errors; by input. */
  readonly outcomes: unknown[]
  left: number
}

interface Outcome {
  readonly value: unknown
  readonly thrown: boolean
}

type Combinator = (iterable: Iterable<unknown>) => unknown

/**
 * `Promise.all`, `race`, `allSettled` and `any` as calls of a thread: a wait for several of its stacks at once, which moves with it. Promises that are
 * not of its own making hold it, as if each were awaited alone, until they have settled.
 */
const combinator = (kind: CombinatorName): Combinator =>
  systemCall(`Promise.${kind}`, ((iterable: Iterable<unknown>) => {
    const inputs = listOf(iterable)
    const slots: CombineSlots = { kind, inputs, outcomes: new Array<unknown>(inputs.length), left: inputs.length }
    const thread = callingThread(`Promise.${kind}`)
    const outcome = inputs.length === 0 ? emptyOutcome(kind) : takeSettled(slots, thread, true)
    if (outcome === null) return wait(slots, thread)
    for (const input of inputs) if (isForeign(input, thread)) Promise.resolve(input).then(ignore, ignore)
    if (outcome.thrown) throw outcome.value
    return outcome.value
  }) as never) as unknown as Combinator

const ignore = (): void => undefined

/** Throws what unwinds a thread that is to be cancelled. */
function wait(slots: CombineSlots, thread: Thread): typeof SUSPENDED {
  try {
    return block(thread.process.kernel, { $f: COMBINE, $p: 0, $c: null, ...slots })
  } catch (error) {
    for (const input of slots.inputs) if (isForeign(input, thread)) abandon(input)
    throw error
  }
}

/** The inputs; thenables are promises from here on. What can't be iterated fails as it does natively. */
function listOf(given: unknown): unknown[] {
  const iterable = given as Iterable<unknown> | null | undefined
  if (typeof iterable?.[Symbol.iterator] === 'function')
    return Array.from(iterable, (input) => promiseFor(input) ?? input)
  const isShown = given === null || typeof given === 'number' || typeof given === 'boolean'
  const what = `${typeof given}${isShown ? ` ${given}` : ''}`
  throw new TypeError(`${what} is not iterable (cannot read property Symbol(Symbol.iterator))`)
}

/** How a combinator of nothing ends; `null`: never. */
function emptyOutcome(kind: CombinatorName): Outcome | null {
  if (kind === 'race') return null
  return kind === 'any' ? noneFulfilled([]) : { value: [], thrown: false }
}

const noneFulfilled = (errors: unknown[]): Outcome => ({
  value: new AggregateError(errors, 'All promises were rejected'),
  thrown: true,
})

/** The stack of this thread whose outcome the input is, if it is one. */
function fiberBehind(input: unknown, thread: Thread): Fiber | undefined {
  const fiber = typeof input === 'object' && input !== null ? fiberOf(input) : undefined
  const here = fiber?.state === 'gone' ? copyOf(fiber, thread.process.kernel) : fiber
  return here?.settlement && here.thread === thread ? here : undefined
}

/** A promise that is none of this thread's calls. */
const isForeign = (input: unknown, thread: Thread): input is Promise<unknown> =>
  types.isPromise(input) && fiberBehind(input, thread) === undefined

/** Notes the inputs that have settled by now, in their order; plain values when the call `begins`. Returns the combinator's outcome if that decides it. */
function takeSettled(slots: CombineSlots, thread: Thread, begins: boolean): Outcome | null {
  let decided: Outcome | null = null
  for (const [index, input] of slots.inputs.entries()) {
    const fiber = fiberBehind(input, thread)
    if (fiber?.settlement) {
      markHandled(fiber.settlement)
      slots.inputs[index] = fiber.settlement.promise // another one than the input, if that has been kept while the call went on as a copy
    }
    if (decided !== null) continue
    if (fiber?.state === 'ended') decided = note(slots, index, fiber.value, fiber.thrown)
    else if (begins && fiber === undefined && !types.isPromise(input)) decided = note(slots, index, input, false)
  }
  return decided
}

/** Input `index` has settled. Returns the combinator's outcome if that decides it. */
function note(slots: CombineSlots, index: number, value: unknown, thrown: boolean): Outcome | null {
  const { kind, inputs, outcomes } = slots
  inputs[index] = SETTLED
  slots.left--
  if (kind === 'race') return { value, thrown }
  if (kind === 'all' && thrown) return { value, thrown }
  if (kind === 'any' && !thrown) return { value, thrown }
  outcomes[index] = kind === 'allSettled' ? settledOutcome(value, thrown) : value
  if (slots.left > 0) return null
  return kind === 'any' ? noneFulfilled(outcomes) : { value: outcomes, thrown: false }
}

const settledOutcome = (value: unknown, thrown: boolean): PromiseSettledResult<unknown> =>
  thrown ? { status: 'rejected', reason: value } : { status: 'fulfilled', value }

/** The waiting call goes on if `outcome` is one. */
function conclude(slots: CombineSlots, waiter: Fiber, outcome: Outcome | null): void {
  const { thread } = waiter
  const { scheduler } = thread.process.kernel
  if (outcome === null) {
    scheduler.reconsider(thread) // what has settled may have been what held the thread
    return
  }
  leave(slots, waiter)
  scheduler.wake(waiter, outcome.value, outcome.thrown)
}

/** Waits no more for those of the thread's stacks that have not ended. */
function leave({ inputs }: CombineSlots, waiter: Fiber): void {
  for (const input of inputs) {
    const waiters = typeof input === 'object' && input !== null ? fiberOf(input)?.settlement?.waiters : undefined
    if (waiters?.includes(waiter)) waiters.splice(waiters.indexOf(waiter), 1)
  }
}

/** A promise that is not of the thread's own making: its outcome is learned by this isolate only. */
function awaitForeign(slots: CombineSlots, index: number, promise: Promise<unknown>, waiter: Fiber): void {
  const { wait } = waiter
  const settleWith = (thrown: boolean) => (value: unknown) => {
    if (waiter.state === 'blocked' && waiter.wait === wait) conclude(slots, waiter, note(slots, index, value, thrown))
  }
  Promise.resolve(promise).then(settleWith(false), settleWith(true))
}

/** Waits for those inputs that have not settled. */
const COMBINE = fiberWaitCode('await-several', {
  slots: ['kind', 'inputs', 'outcomes', 'left'],
  register: (frame, waiter, kernel, arrived) => {
    const slots = frame as unknown as CombineSlots
    const outcome = arrived ? takeSettled(slots, waiter.thread, false) : null
    if (outcome !== null) {
      kernel.scheduler.wake(waiter, outcome.value, outcome.thrown)
      return
    }
    for (const [index, input] of slots.inputs.entries()) {
      if (input === SETTLED) continue
      const waiters = fiberBehind(input, waiter.thread)?.settlement?.waiters
      if (waiters === undefined) awaitForeign(slots, index, input as Promise<unknown>, waiter)
      else if (!waiters.includes(waiter)) waiters.push(waiter)
    }
  },
  withdraw: (frame, waiter) => {
    leave(frame as unknown as CombineSlots, waiter)
  },
  cancel: 'withdraw',
  holds: (frame, waiter) =>
    isForeignAwaited(frame, waiter) ? 'it awaits a promise that is not of its own making' : null,
  fiberEnded: (frame, waiter, { settlement, value, thrown }) => {
    const slots = frame as unknown as CombineSlots
    let outcome: Outcome | null = null
    for (const [index, input] of slots.inputs.entries()) {
      if (outcome === null && input === settlement?.promise) outcome = note(slots, index, value, thrown)
    }
    conclude(slots, waiter, outcome)
  },
})

function isForeignAwaited(frame: Frame, { thread }: Fiber): boolean {
  const { inputs } = frame as unknown as CombineSlots
  return inputs.some((input) => input !== SETTLED && fiberBehind(input, thread) === undefined)
}

/** Does the fiber wait for something that happens outside of the system, such as a file, a socket, or a reader of what it prints? */
export function isHostWait(fiber: Fiber): boolean {
  const { state, top } = fiber
  if (state !== 'blocked' || top === null) return false
  return top.$f === FOREIGN_WAIT || top.$f === OUTPUT_WAIT || (top.$f === COMBINE && isForeignAwaited(top, fiber))
}

registers.combinators = {
  all: combinator('all'),
  allSettled: combinator('allSettled'),
  any: combinator('any'),
  race: combinator('race'),
}
