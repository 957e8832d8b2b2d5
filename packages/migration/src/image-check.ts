import { isSchedulingPolicy, prioritiesOf, type WaitCode } from '@atoll/kernel'
import { MalformedThreadError } from './errors.js'

/** The decoder lets through any sound values. What the scheduler takes for granted of a thread is checked here, before there is one. */

/** Values of an image's header, see `thread-image.ts`. */
export function checkHeader(header: readonly unknown[]): void {
  const [lastWait, lastFiber, pins, specific, cancellation, journey, , scheduling, cpus] = header
  demand(isCount(lastWait) && isCount(lastFiber) && isCount(pins), 'its counters')
  demand(specific === undefined || isSpecific(specific), 'its specific data')
  demand(cancellation === undefined || isCancellation(cancellation), 'its cancellation state')
  demand(journey === undefined || typeof journey === 'string', 'its journey')
  demand(scheduling === undefined || isScheduling(scheduling), 'its scheduling')
  demand(Number.isInteger(cpus) && (cpus as number) >= -1, 'the number of its CPUs')
}

/** The CPUs that it may run on. */
export function checkCpus(cpus: readonly unknown[], count: number): void {
  demand(cpus.length === count && cpus.every(isCount), 'its CPUs')
}

/** Values of one stack, from `at` on: not taken apart, because every move comes by here. */
export function checkStack(flat: readonly unknown[], at: number): void {
  const number = flat[at]
  const top = flat[at + 6]
  demand(isCount(number) && isCount(flat[at + 2]) && typeof flat[at + 4] === 'boolean', 'the state of a stack')
  switch (flat[at + 1]) {
    case 'ready':
      return demand(top === null || codeOf(top) !== undefined, 'a stack that is ready')
    case 'blocked':
      return demand(
        typeof (codeOf(top) as Partial<WaitCode> | undefined)?.register === 'function',
        'a stack that waits',
      )
    case 'ended':
      return demand(number !== 0, 'a main stack that has ended')
    default:
      throw new MalformedThreadError('the state of a stack')
  }
}

function demand(isSound: boolean, culprit: string): void {
  if (!isSound) throw new MalformedThreadError(culprit)
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The code of a frame; the decoder makes no other objects with this property. */
function codeOf(top: unknown): unknown {
  const code = isObject(top) ? (top as { $f?: unknown }).$f : undefined
  return isObject(code) && 'resume' in code ? code : undefined
}

function isSpecific(specific: unknown): boolean {
  if (!(specific instanceof Map)) return false
  for (const [key, entry] of specific as Map<unknown, unknown>) {
    if (!isCount(key) || !isObject(entry) || !isCount((entry as { rounds?: unknown }).rounds)) return false
  }
  return true
}

function isCancellation(cancellation: unknown): boolean {
  if (!isObject(cancellation)) return false
  const { shielded, handlers } = cancellation as { readonly shielded?: unknown; readonly handlers?: unknown }
  return Array.isArray(shielded) && shielded.every(isCount) && Array.isArray(handlers) && handlers.every(isHandler)
}

function isHandler(handler: unknown): boolean {
  if (!isObject(handler)) return false
  const { routine, fiber } = handler as { readonly routine?: unknown; readonly fiber?: unknown }
  return typeof routine === 'function' && isCount(fiber)
}

function isScheduling(scheduling: unknown): boolean {
  if (!isCount(scheduling)) return false
  const [policy, priority] = [scheduling >> 8, scheduling & 0xff]
  if (!isSchedulingPolicy(policy)) return false
  const { min, max } = prioritiesOf(policy)
  return priority >= min && priority <= max
}
