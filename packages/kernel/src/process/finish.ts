import { awaitOtherStacks, hasOtherStacks } from '../cancellation/other-stacks.js'
import { hasHandler, isShielded, shield, takeHandler } from '../cancellation/state.js'
import { builtinCode } from '../frames/builtin.js'
import { SUSPENDED, type Frame } from '../frames/frame.js'
import { registers } from '../frames/registers.js'
import { Unwind } from '../frames/unwind.js'
import { PosixError } from '../posix-error.js'
import type { Fiber } from '../threads/fiber.js'
import { callDirectly, startFrame } from '../threads/start.js'
import type { SpecificValue, Thread } from '../threads/thread.js'
import { homeWaitCode } from '../waits/waiters.js'
import { block, waitCode } from '../waits/wait-code.js'
import { DESTRUCTOR_ITERATIONS, homeOfKey, type Destructor } from './keys.js'
import { processes } from './protocol.js'

/**
 * The outermost frame of every main stack: what a thread does when its start routine is through. A thread that was unwound runs the cleanup
 * handlers that it left pushed; then a thread runs the destructors of its specific data. One that ends the process runs the exit handlers instead, then reports the exit and waits for it. It holds nothing.
 */
const ROUTINE = builtinCode('routine', [], (_frame, value, thrown) => afterRoutine(value, thrown))

/** All main stacks of an isolate share it. */
const OUTERMOST: Frame = { $f: ROUTINE, $p: 0, $c: null }

/** Goes on finishing, after a wait. */
const FINISH = builtinCode('finish', ['phase', 'value', 'thrown', 'key'], (frame, value, thrown) => {
  const { phase, value: kept, thrown: keptThrown, key } = frame as unknown as FinishSlots
  if (thrown) return interrupted(phase, kept, keptThrown, key, value)
  if (phase === 'destructor') return destroy(key, value as Destructor | null, kept, keptThrown)
  if (phase === 'handler') return callHandler(kept, value)
  if (phase === 'stacks') return awaitStacks(kept)
  return goOn(phase, kept, keptThrown)
})

/** What the frame keeps: what it waits for, and the thread's result (or error, if `thrown`), or the process's status. */
interface FinishSlots {
  readonly phase: Phase
  readonly value: unknown
  readonly thrown: boolean
  /** Whose destructor it waits for. */
  readonly key: number
}

/** What the frame waits for: the end of the thread's other stacks, of a cleanup handler, a key's destructor, its end, the next exit handler, or its end. */
type Phase = 'stacks' | 'destructor' | 'handler' | CallPhase
/** What is to be gone on with once the program's own code has returned. */
type CallPhase = 'cleanup' | 'destructors' | 'handlers'

const finishFrame = (phase: Phase, value: unknown, thrown: boolean, key = 0): Frame => ({
  $f: FINISH,
  $p: 0,
  $c: null,
  phase,
  value,
  thrown,
  key,
})

/** The stack of a new thread: `routine` called with `args`, and the frame that finishes it. */
export function firstFrames(routine: unknown, args: readonly unknown[]): Frame {
  const frame = startFrame(routine, undefined, args)
  frame.$c = OUTERMOST
  return frame
}

/** Has a stack that was made from an image share the outermost frame too. */
export function shareOutermost(top: Frame | null): void {
  for (let frame = top; frame !== null; frame = frame.$c) if (frame.$c?.$f === ROUTINE) frame.$c = OUTERMOST
}

/**
 * A stack other than the main one has ended by unwinding. Has it run the cleanup handlers that it left pushed, and unwind then, if it left any: returns
 * whether it did, and is to be run.
 */
export function cleanUp(fiber: Fiber): boolean {
  if (!hasHandler(fiber)) return false
  fiber.top = finishFrame('cleanup', fiber.value, true)
  fiber.value = undefined
  fiber.thrown = false
  return true
}

/** The stack that ends the process with `status`: exit handlers, then the end. */
export const exitFrames = (status: unknown): Frame => finishFrame('handlers', status, false)

function currentFiber(): Fiber {
  const { fiber } = registers
  if (!fiber) throw new Error('a thread is finished outside of the thread')
  return fiber
}

const currentThread = (): Thread => currentFiber().thread

function afterRoutine(value: unknown, thrown: boolean): unknown {
  const thread = currentThread()
  const unwind = thrown && value instanceof Unwind ? value : null
  if (unwind?.reason === 'process-exit') return runHandlers(unwind.value)
  if (thread.tid === thread.process.pid && !unwind) {
    if (thrown) throw value
    return runHandlers(value ?? thread.process.exitCode)
  }
  if (unwind) return unwind.reason === 'cancellation' ? awaitStacks(unwind.value) : runCleanup(unwind.value, false)
  // An error of a `finally` block has taken the place of what unwound the thread.
  return isShielded(thread.main) ? runCleanup(value, thrown) : runDestructors(value, thrown)
}

/** The other stacks of a thread that is cancelled come to their ends first. */
function awaitStacks(value: unknown): unknown {
  const thread = currentThread()
  if (!hasOtherStacks(thread)) return runCleanup(value, false)
  awaitOtherStacks(thread)
  return registers.extend(finishFrame('stacks', value, false))
}

/** Runs the cleanup handlers that the stack left pushed, the last first. */
function runCleanup(value: unknown, thrown: boolean): unknown {
  const fiber = currentFiber()
  const handler = takeHandler(fiber)
  if (handler) return call(handler.routine, [handler.argument], 'cleanup', value, thrown)
  if (fiber.number === 0) return runDestructors(value, thrown)
  throw value // the unwinding of a stack that is not the main one
}

/**
 * What a cleanup handler, destructor or exit handler of the program throws: an `exit` has its say, an error of an exit handler ends the process, of
 * another its thread, after the remaining cleanup handlers.
 */
function interrupted(phase: Phase, value: unknown, thrown: boolean, key: number, error: unknown): unknown {
  if (error instanceof Unwind) {
    if (error.reason === 'process-exit') return runHandlers(error.value)
    if (phase === 'cleanup')
      return currentFiber().number === 0 ? runCleanup(error.value, false) : runCleanup(error, true)
    return isExiting(phase) ? runHandlers(value) : runDestructors(error.value, false)
  }
  if (phase === 'cleanup') return runCleanup(error, true)
  if (isExiting(phase)) return crash(error)
  if (phase === 'destructor' && hasNoDestructor(error)) return destroy(key, null, value, thrown)
  throw error
}

const isExiting = (phase: Phase): boolean => phase === 'handler' || phase === 'handlers'

/** The key's home knows it deleted, or has died: POSIX's end of a thread never waits for more. */
const hasNoDestructor = (error: unknown): boolean =>
  error instanceof PosixError && (error.code === 'EINVAL' || error.code === 'EIO')

/** Calls a destructor or exit handler, then goes on with the others. */
function call(
  routine: Destructor,
  args: readonly unknown[],
  phase: CallPhase,
  value: unknown,
  thrown: boolean,
): unknown {
  try {
    if (callDirectly(routine, undefined, args) === SUSPENDED) return registers.extend(finishFrame(phase, value, thrown))
  } catch (error) {
    return interrupted(phase, value, thrown, 0, error)
  }
  return goOn(phase, value, thrown)
}

function goOn(phase: CallPhase, value: unknown, thrown: boolean): unknown {
  if (phase === 'cleanup') return runCleanup(value, thrown)
  return phase === 'destructors' ? runDestructors(value, thrown) : runHandlers(value)
}

function runDestructors(value: unknown, thrown: boolean): unknown {
  const { main, process, extras } = currentThread()
  const key = nextToDestroy(extras?.specific)
  if (key !== null) {
    shield(main) // a thread that is ending is not cancelled any more
    const home = homeOfKey(key)
    if (home === process.kernel.id) return destroy(key, process.keys.destructor(key) ?? null, value, thrown)
    block(process.kernel, { $f: KEY_DESTRUCTOR, $p: 0, $c: null, home, pid: process.pid, key })
    return registers.extend(finishFrame('destructor', value, thrown, key))
  }
  if (thrown) throw value
  return value
}

/** The first key that has a value to be destroyed, of those whose destructors have run least: one round ends before the next begins. */
function nextToDestroy(specific: ReadonlyMap<number, SpecificValue> = new Map<number, SpecificValue>()): number | null {
  let next: number | null = null
  let least = DESTRUCTOR_ITERATIONS
  for (const [key, { value, rounds }] of specific) {
    if (value === undefined || value === null || rounds >= least) continue
    next = key
    least = rounds
  }
  return next
}

/** Runs the destructor of one key, then those of the others. */
function destroy(key: number, destructor: Destructor | null, value: unknown, thrown: boolean): unknown {
  const { extras } = currentThread()
  const entry = extras?.specific.get(key)
  extras?.specific.set(key, { value: undefined, rounds: (entry?.rounds ?? 0) + 1 })
  return destructor ? call(destructor, [entry?.value], 'destructors', value, thrown) : runDestructors(value, thrown)
}

function runHandlers(status: unknown): unknown {
  const { process } = currentThread()
  shield(currentFiber()) // a process that is ending ends
  block(process.kernel, { $f: NEXT_EXIT_HANDLER, $p: 0, $c: null, home: process.origin, pid: process.pid })
  return registers.extend(finishFrame('handler', status, false))
}

function callHandler(status: unknown, handler: unknown): unknown {
  return typeof handler === 'function'
    ? call(handler as Destructor, [], 'handlers', status, false)
    : exitProcess(status)
}

function exitProcess(status: unknown): unknown {
  const { kernel, pid, origin } = currentThread().process
  kernel.messenger.send(origin, processes.exit, { pid, status: exitStatus(status) })
  return block(kernel, { $f: EXITING, $p: 0, $c: null })
}

/** Whatever thread and stack it is on, an exit handler's error ends the process. */
function crash(error: unknown): unknown {
  const { process } = currentThread()
  process.kernel.crash(process, error)
  return block(process.kernel, { $f: EXITING, $p: 0, $c: null })
}

/** Of what `main` returned or `exit` was given, what a parent sees: eight bits, as POSIX has it. */
export function exitStatus(status: unknown): number {
  return status === undefined ? 0 : Number(status) & 0xff
}

const NEXT_EXIT_HANDLER = homeWaitCode<{ pid: number }>('exit', {
  slots: ['pid'],
  request: ({ home, pid }, reference, kernel) => {
    kernel.messenger.send(home, processes.nextExitHandler, { ...reference, pid })
  },
})

const KEY_DESTRUCTOR = homeWaitCode<{ pid: number; key: number }>('pthread_exit', {
  slots: ['pid', 'key'],
  request: ({ home, pid, key }, reference, kernel) => {
    kernel.messenger.send(home, processes.destructor, { ...reference, pid, key })
  },
})

/** Lasts until the origin has the process's threads dropped. */
const EXITING = waitCode('exiting', { slots: [], register: () => undefined, withdraw: () => undefined })
