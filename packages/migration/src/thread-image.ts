import {
  decodeForProcess,
  encodeForProcess,
  Fiber,
  fiberOf,
  markHandled,
  settlementFor,
  settlePromise,
  Thread,
} from '@atoll/kernel'
import type { FiberState, Frame, ProcessReplica, SpecificValue, ThreadId } from '@atoll/kernel'

/**
 * A thread as a flat list of values: what it has beside its stacks, then six values per stack. Encoded as one graph, so that identity
 * and cycles hold over all of its stacks.
 */
type Flat = unknown[]

const HEADER = 5
const PER_FIBER = 6

/** Encodes a suspended thread. Throws `NotMovableError`, and leaves all as it is, if it holds something that can't move. */
export function captureThread(thread: Thread): Uint8Array {
  let stacks = thread.fibers()
  for (;;) {
    // A promise whose stack has ended travels with its outcome, which was not among the values: once more, with it.
    const missing: Fiber[] = []
    const bytes = encodeForProcess(thread.process, flatten(thread, stacks), (promise) => {
      const fiber = fiberOf(promise)
      if (fiber?.thread !== thread || fiber.settlement?.promise !== promise) return undefined
      if (fiber.state === 'ended' && !stacks.includes(fiber)) missing.push(fiber)
      return fiber.number
    })
    if (missing.length === 0) return bytes
    stacks = [...stacks, ...missing]
  }
}

/** Encodes a thread that has not begun: its first frames, and the CPUs it may run on. */
export const captureNewThread = (process: ProcessReplica, top: Frame, affinity: readonly number[] | null): Uint8Array =>
  encodeForProcess(process, [affinity, 0, 0, 0, undefined, 0, 'ready', 0, undefined, false, top])

/** Makes the thread that `bytes` is the image of, its stacks in the state in which they were captured. Enters no table. */
export function restoreThread(process: ProcessReplica, tid: ThreadId, epoch: number, bytes: Uint8Array): Thread {
  const thread = new Thread(process, tid, null)
  const flat = decodeForProcess(process, bytes, (number) => fiberOfNumber(thread, number).settlement?.promise)
  const [affinity, lastWait, lastFiber, pins, specific] = flat as [number[] | null, number, number, number, SpecificMap]
  thread.epoch = epoch
  thread.affinity = affinity && process.kernel.cpuSets.share(affinity)
  thread.lastWait = lastWait
  thread.lastFiber = lastFiber
  thread.pins = pins
  if (specific) for (const [key, value] of specific) thread.needExtras().specific.set(key, value)
  for (let at = HEADER; at < flat.length; at += PER_FIBER) restoreFiber(thread, flat, at)
  return thread
}

function fiberOfNumber(thread: Thread, number: number): Fiber {
  const known = thread.fiber(number)
  if (known) return known
  const fiber = new Fiber(thread, number, null)
  fiber.settlement = settlementFor(fiber)
  thread.needExtras().fibers.set(number, fiber)
  return fiber
}

type SpecificMap = Map<number, SpecificValue> | undefined

function flatten(thread: Thread, stacks: readonly Fiber[]): Flat {
  const specific = thread.extras?.specific
  const flat: Flat = [
    thread.affinity,
    thread.lastWait,
    thread.lastFiber,
    thread.pins,
    specific?.size ? specific : undefined,
  ]
  for (const { number, state, wait, value, thrown, top } of stacks) flat.push(number, state, wait, value, thrown, top)
  return flat
}

function restoreFiber(thread: Thread, flat: Flat, at: number): void {
  const number = flat[at] as number
  const fiber = fiberOfNumber(thread, number)
  fiber.state = flat[at + 1] as FiberState
  fiber.wait = flat[at + 2] as number
  fiber.value = flat[at + 3]
  fiber.thrown = flat[at + 4] as boolean
  fiber.top = flat[at + 5] as Frame | null
  if (fiber.state !== 'ended') return
  thread.extras?.fibers.delete(number)
  const { settlement } = fiber
  if (settlement === null) return
  // Had nobody handled the rejection, that would have come out where the stack ended.
  if (fiber.thrown) markHandled(settlement)
  settlePromise(settlement, fiber)
}
