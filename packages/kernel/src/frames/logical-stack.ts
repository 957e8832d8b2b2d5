import { types } from 'node:util'
import { isStackAccessor } from '../values/properties.js'
import type { Fiber } from '../threads/fiber.js'
import type { Frame } from './frame.js'
import { frameLines, isRuntime, pathInSiblings } from './stack-trace.js'

/** A call site in the trampoline: below it, an error's native stack is the kernel's. What belongs there are the callers that are frames. */
const TRAMPOLINE = /^[^/]+\/(?:dist\/)?src\/threads\/run\.[jt]s:/
/** So many callers are shown. */
const LONGEST = 200
/** Of causes and errors that an error was made of, so many are seen to. */
const MOST_REASONS = 32
const CALL_SITE = /^\s+at /

/**
 * Completes the stack of an error that leaves its native stack by the trampoline: in the place of what is the kernel's come `caller` and its
 * callers, in the stack `fiber`. Does nothing to an error that has been completed before, wherever that was: its stack names the trampoline no more.
 * An error of a blocked call, which the kernel made outside of the program, gets the frames alone.
 */
export function completeStack(error: unknown, caller: Frame | null, fiber: Fiber): void {
  const callers = (): string[] => callersOf(caller, fiber)
  editStack(error, (lines) => {
    const completed = withoutTrampoline(lines, callers)
    if (completed) return completed
    const sites = lines.filter((line) => CALL_SITE.test(line))
    if (sites.length === 0 || !sites.every(isRuntime)) return null
    return [...lines.filter((line) => !CALL_SITE.test(line)), ...callers()]
  })
  if (types.isNativeError(error)) completeReasons(error, callers)
}

type Callers = () => string[]

/** What an error was made of (its `cause`, the errors of an `AggregateError`) has mostly been caught on the same native stack. */
function completeReasons(error: Error, callers: Callers): void {
  const pending: Error[] = [error]
  for (let at = 0; at < pending.length && at < MOST_REASONS; at++) {
    for (const reason of reasonsOf(pending[at])) {
      if (!types.isNativeError(reason) || pending.includes(reason)) continue
      pending.push(reason)
      editStack(reason, (lines) => withoutTrampoline(lines, callers))
    }
  }
}

/** Reads data only: accessors are the program's code. */
function reasonsOf(error: Error): unknown[] {
  const cause: unknown = Object.getOwnPropertyDescriptor(error, 'cause')?.value
  const errors: unknown = Object.getOwnPropertyDescriptor(error, 'errors')?.value
  return [cause, ...(Array.isArray(errors) ? (errors as unknown[]).slice(0, MOST_REASONS) : [])]
}

function withoutTrampoline(lines: readonly string[], callers: Callers): string[] | null {
  const end = lines.findIndex((line) => CALL_SITE.test(line) && TRAMPOLINE.test(pathInSiblings(line) ?? ''))
  return end < 0 ? null : [...lines.slice(0, end), ...callers()]
}

/**
 * The callers of what the trampoline ran: frames of the same stack, then of those that wait for this stack's promise, as engines say it of native
 * ones.
 */
function callersOf(caller: Frame | null, { settlement }: Fiber): string[] {
  const lines = frameLines(caller, LONGEST)
  let waiter = settlement?.waiters[0]
  while (waiter && lines.length < LONGEST) {
    const own = frameLines(waiter.top, LONGEST - lines.length)
    lines.push(...own.map((line) => line.replace('at ', 'at async ')))
    waiter = waiter.settlement?.waiters[0]
  }
  return lines
}

/** What can't be read or written stays as it is: the error is the program's own, and may be frozen or keep its stack in its own way. */
function editStack(error: unknown, edit: (lines: string[]) => string[] | null): void {
  if (!types.isNativeError(error)) return
  const stack = ownStack(error)
  if (stack === undefined) return
  const edited = edit(stack.split('\n'))
  if (edited) Reflect.set(error, 'stack', edited.join('\n'))
}

function ownStack(error: Error): string | undefined {
  try {
    const own = Object.getOwnPropertyDescriptor(error, 'stack')
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its error as `this`
    const get: unknown = own?.get
    const stack: unknown = isGetter(get) && isStackAccessor('stack', get) ? get.call(error) : own?.value
    return typeof stack === 'string' ? stack : undefined
  } catch {
    return undefined // `Error.prepareStackTrace`, which the program may have set, throws
  }
}

const isGetter = (get: unknown): get is () => unknown => typeof get === 'function'
