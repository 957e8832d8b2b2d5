import { registers } from '../frames/registers.js'
import type { Fiber } from '../threads/fiber.js'
import type { Thread } from '../threads/thread.js'
import type { WaitCode } from '../waits/wait-code.js'
import { beginUnwinding, isDue, isDueAnywhere, needCancellation } from './state.js'

/** Somebody asks for the end of a thread that is here. */
export function requestCancellation(thread: Thread): void {
  needCancellation(thread).requested = true
  actOnCancellation(thread)
}

/**
 * Has all stacks of a thread act on a request, as far as they are where they can: it has come, or is not held back any more, or the thread has come
 * to this kernel with it. The others act when they get to such a place.
 */
export function actOnCancellation(thread: Thread): void {
  // The youngest first: what a stack has started is to be unwound before it.
  const stacks = [...thread.fibers()].sort((a, b) => b.number - a.number)
  for (const fiber of stacks) act(fiber)
}

function act(fiber: Fiber): void {
  if (!isDue(fiber)) return
  if (fiber.state === 'blocked') interrupt(fiber)
  else if (isDueAnywhere(fiber)) strike(fiber)
}

/** A blocked stack: its wait is cancelled, if its call is a cancellation point. */
export function interrupt(fiber: Fiber): void {
  const frame = fiber.top
  const code = frame?.$f as WaitCode | undefined
  if (!frame || !code || !isDue(fiber)) return
  if (code.cancel !== null) code.cancel(frame, fiber, fiber.thread.process.kernel)
  else if (isDueAnywhere(fiber)) fiber.isHeldBack = true
}

/** A blocked stack whose wait is over by cancellation goes on by unwinding. */
export function unwindBlocked(fiber: Fiber): void {
  fiber.top = fiber.top?.$c ?? null // a wait frame would do nothing but throw, and may hold what can't move
  fiber.thread.process.kernel.scheduler.wake(fiber, beginUnwinding(fiber), true)
}

/**
 * Asynchronous cancelability: a stack that was suspended at a safe point goes on by unwinding. One that is about to get the result of a system call
 * gets it first, for the kernel's own frames have to do with it; its next safe point is looked at.
 */
function strike(fiber: Fiber): void {
  if (fiber.state === 'ready' && (fiber.top?.$f as WaitCode | undefined)?.cancel === undefined) unwindSuspended(fiber)
  else if (fiber.state === 'ready' || fiber.state === 'running') {
    fiber.isHeldBack = true
    if (registers.fiber === fiber) registers.fuel = Math.min(registers.fuel, 0)
  }
}

function unwindSuspended(fiber: Fiber): void {
  fiber.value = beginUnwinding(fiber)
  fiber.thrown = true
}

/** A stack was suspended at a safe point because something holds it back: is it this? Then it goes on by unwinding. */
export function actAtSafePoint(fiber: Fiber): boolean {
  if (!isDueAnywhere(fiber)) return false
  fiber.isHeldBack = false
  unwindSuspended(fiber)
  return true
}
