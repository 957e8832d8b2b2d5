import {
  decodeForProcess,
  DEFAULT_SCHEDULING,
  encodeForProcess,
  Fiber,
  fiberOf,
  markHandled,
  schedulingOf,
  settlementFor,
  settlePromise,
  shareOutermost,
  Thread,
} from '@atoll/kernel'
import type {
  Cancellation,
  FiberState,
  Frame,
  Journey,
  ProcessReplica,
  SchedulingParameters,
  SchedulingPolicy,
  SpecificValue,
  ThreadId,
} from '@atoll/kernel'
import { MalformedThreadError } from './errors.js'
import { checkCpus, checkHeader, checkStack } from './image-check.js'

/**
 * A thread as a flat list of values: what it has beside its stacks, how it is scheduled, the CPUs it may run on (their number
 * first, −1: all), then seven values per stack. Encoded as one graph, so that identity and cycles hold over all of its stacks. Flat, because an array in it takes as long to encode
 * as a frame.
 */
type Flat = unknown[]

const HEADER = 9
const PER_FIBER = 7
const ALL_CPUS = -1

/** Encodes a suspended thread, with the way that it will have come. Throws `NotMovableError`, and leaves all as it is, if it holds something that can't move. */
export function captureThread(thread: Thread, journey?: Journey): Uint8Array {
  let stacks = thread.fibersInTurn()
  for (;;) {
    // A promise whose stack has ended travels with its outcome, which was not among the values: once more, with it.
    const missing: Fiber[] = []
    const bytes = encodeForProcess(thread.process, flatten(thread, stacks, journey), (promise) => {
      const fiber = fiberOf(promise)
      if (fiber?.thread !== thread || fiber.settlement?.promise !== promise) return undefined
      if (fiber.state === 'ended' && !stacks.includes(fiber) && !missing.includes(fiber)) missing.push(fiber)
      return fiber.number
    })
    if (missing.length === 0) return bytes
    stacks = [...stacks, ...missing]
  }
}

/** Encodes a thread that has not begun: its first frames, how it is scheduled, and the CPUs it may run on. */
export const captureNewThread = (
  process: ProcessReplica,
  top: Frame,
  affinity: readonly number[] | null,
  scheduling: SchedulingParameters,
): Uint8Array =>
  encodeForProcess(process, [
    ...[0, 0, 0, undefined, undefined, undefined, undefined, flatScheduling(scheduling), ...flatCpus(affinity)],
    ...[0, 'ready', 0, undefined, false, false, top],
  ])

/**
 * Makes the thread that `bytes` is the image of, its stacks in the state in which they were captured. Enters no table. Throws
 * `MalformedThreadError`, and what decoding throws.
 */
export function restoreThread(process: ProcessReplica, tid: ThreadId, epoch: number, bytes: Uint8Array): Thread {
  const thread = new Thread(process, tid, null)
  const flat = decodeForProcess(process, bytes, (number) => fiberOfNumber(thread, number).settlement?.promise)
  checkHeader(flat)
  const [lastWait, lastFiber, pins, specific, cancellation, journey, guard, scheduling, cpus] = flat as Header
  const begin = HEADER + Math.max(cpus, 0)
  thread.epoch = epoch
  if (cpus !== ALL_CPUS) thread.affinity = affinityOf(process, flat.slice(HEADER, begin), cpus)
  thread.lastWait = lastWait
  thread.lastFiber = lastFiber
  thread.pins = pins
  if (scheduling !== undefined) thread.needExtras().scheduling = readScheduling(scheduling)
  if (guard !== undefined) thread.needExtras().guard = process.kernel.memory?.restoreGuard(thread, guard) ?? null
  if (journey) process.kernel.journeys.note(tid, journey)
  if (specific) for (const [key, value] of specific) thread.needExtras().specific.set(key, value)
  if (cancellation) thread.needExtras().cancellation = cancellation
  if (begin >= flat.length) throw new MalformedThreadError('it has no stack')
  for (let at = begin; at < flat.length; at += PER_FIBER) restoreFiber(thread, flat, at)
  return thread
}

function affinityOf({ kernel }: ProcessReplica, cpus: readonly unknown[], count: number): readonly number[] {
  checkCpus(cpus, count)
  return kernel.cpuSets.share(cpus as number[])
}

function fiberOfNumber(thread: Thread, number: number): Fiber {
  const known = thread.fiber(number)
  if (known) return known
  const fiber = new Fiber(thread, number, null)
  fiber.settlement = settlementFor(fiber)
  thread.needExtras().fibers.set(number, fiber)
  return fiber
}

const flatCpus = (affinity: readonly number[] | null): readonly number[] =>
  affinity === null ? [ALL_CPUS] : [affinity.length, ...affinity]

type Header = [
  lastWait: number,
  lastFiber: number,
  pins: number,
  specific: SpecificMap,
  cancellation: Cancellation | undefined,
  journey: Journey | undefined,
  guard: unknown,
  scheduling: FlatScheduling,
  cpus: number,
]

type SpecificMap = Map<number, SpecificValue> | undefined

/** Policy and priority in one number; `undefined`: as threads are scheduled that were told nothing. */
type FlatScheduling = number | undefined

const flatScheduling = (scheduling: SchedulingParameters): FlatScheduling =>
  scheduling === DEFAULT_SCHEDULING ? undefined : scheduling.policy * 256 + scheduling.priority

const readScheduling = (flat: number): SchedulingParameters => ({
  policy: (flat >> 8) as SchedulingPolicy,
  priority: flat & 0xff,
})

function flatten(thread: Thread, stacks: readonly Fiber[], journey: Journey | undefined): Flat {
  const specific = thread.extras?.specific
  const { lastWait, lastFiber, pins, affinity } = thread
  const flat: Flat = [lastWait, lastFiber, pins, specific?.size ? specific : undefined, thread.extras?.cancellation]
  flat.push(journey, thread.extras?.guard?.image(), flatScheduling(schedulingOf(thread)), ...flatCpus(affinity))
  for (const { number, state, wait, value, thrown, settlement, top } of stacks) {
    flat.push(number, state, wait, value, thrown, settlement?.isHandled ?? false, top)
  }
  return flat
}

/** Stacks take their turns in the order of the image, whichever was met first among its values. */
function putLast(fiber: Fiber): void {
  const { fibers } = fiber.thread.needExtras()
  fibers.delete(fiber.number)
  fibers.set(fiber.number, fiber)
}

function restoreFiber(thread: Thread, flat: Flat, at: number): void {
  checkStack(flat, at)
  const number = flat[at] as number
  const fiber = fiberOfNumber(thread, number)
  if (number !== 0) putLast(fiber)
  fiber.state = flat[at + 1] as FiberState
  fiber.wait = flat[at + 2] as number
  fiber.value = flat[at + 3]
  fiber.thrown = flat[at + 4] as boolean
  if (flat[at + 5] === true && fiber.settlement) markHandled(fiber.settlement)
  fiber.top = flat[at + 6] as Frame | null
  if (number === 0) shareOutermost(fiber.top)
  if (fiber.state !== 'ended') return
  thread.extras?.fibers.delete(number)
  const { settlement } = fiber
  if (settlement === null) return
  // Had nobody handled the rejection, that would have come out where the stack ended.
  if (fiber.thrown) markHandled(settlement)
  settlePromise(settlement, fiber)
}
