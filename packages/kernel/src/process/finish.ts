import { builtinCode } from '../frames/builtin.js'
import { SUSPENDED, type Frame } from '../frames/frame.js'
import { registers } from '../frames/registers.js'
import { Unwind } from '../frames/unwind.js'
import { callDirectly, startFrame } from '../threads/start.js'
import type { SpecificValue, Thread } from '../threads/thread.js'
import { homeWaitCode } from '../waits/waiters.js'
import { block, waitCode } from '../waits/wait-code.js'
import { homeOfKey, type Destructor } from './keys.js'
import { processes } from './protocol.js'

/**
 * The outermost frame of every main stack: what a thread does when its start routine is through. A thread runs the destructors of its
 * specific data; one that ends the process runs the exit handlers instead, then reports the exit and waits for it. It holds nothing,
 * because every thread has one.
 */
const ROUTINE = builtinCode('routine', [], (_frame, value, thrown) => afterRoutine(value, thrown))

/** Goes on finishing, after a wait. */
const FINISH = builtinCode('finish', ['phase', 'value', 'thrown', 'key'], (frame, value, thrown) => {
  const phase = frame['phase'] as Phase
  if (thrown) throw value // a destructor's or handler's error
  if (phase === 'destructor') {
    return destroy(
      frame['key'] as number,
      (value ?? null) as Destructor | null,
      frame['value'],
      frame['thrown'] as boolean,
    )
  }
  if (phase === 'destructors') return runDestructors(frame['value'], frame['thrown'] as boolean)
  return phase === 'handler' ? callHandler(frame['value'], value) : runHandlers(frame['value'])
})

/** What the frame waits for: a key's destructor, its end, the next exit handler, or its end. */
type Phase = 'destructor' | 'destructors' | 'handler' | 'handlers'

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
  frame.$c = { $f: ROUTINE, $p: 0, $c: null }
  return frame
}

/** The stack that ends the process with `status`: exit handlers, then the end. */
export const exitFrames = (status: unknown): Frame => finishFrame('handlers', status, false)

function currentThread(): Thread {
  const thread = registers.fiber?.thread
  if (!thread) throw new Error('a thread is finished outside of the thread')
  return thread
}

function afterRoutine(value: unknown, thrown: boolean): unknown {
  const thread = currentThread()
  const unwind = thrown && value instanceof Unwind ? value : null
  if (unwind?.reason === 'process-exit') return runHandlers(unwind.value)
  if (thread.tid === thread.process.pid && !unwind) {
    if (thrown) throw value
    return runHandlers(value)
  }
  return unwind ? runDestructors(unwind.value, false) : runDestructors(value, thrown)
}

/** POSIX: as long as there are values, at most this many rounds. */
const PTHREAD_DESTRUCTOR_ITERATIONS = 4

function runDestructors(value: unknown, thrown: boolean): unknown {
  const { process, extras } = currentThread()
  const key = nextToDestroy(extras?.specific)
  if (key !== null) {
    const destructor = process.keys.destructors.get(key)
    if (destructor !== undefined) return destroy(key, destructor, value, thrown)
    block(process.kernel, KEY_DESTRUCTOR, { home: homeOfKey(key), pid: process.pid, key })
    return registers.extend(finishFrame('destructor', value, thrown, key))
  }
  if (thrown) throw value
  return value
}

/** The first key that has a value to be destroyed, of those whose destructors have run least: one round ends before the next begins. */
function nextToDestroy(specific: ReadonlyMap<number, SpecificValue> = new Map<number, SpecificValue>()): number | null {
  let next: number | null = null
  let least = PTHREAD_DESTRUCTOR_ITERATIONS
  for (const [key, { value, rounds }] of specific) {
    if (value === undefined || value === null || rounds >= least) continue
    next = key
    least = rounds
  }
  return next
}

/** Runs the destructor of one key, then those of the others. */
function destroy(key: number, destructor: Destructor | null, value: unknown, thrown: boolean): unknown {
  const { process, extras } = currentThread()
  process.keys.destructors.set(key, destructor)
  const entry = extras?.specific.get(key)
  extras?.specific.set(key, { value: undefined, rounds: (entry?.rounds ?? 0) + 1 })
  if (destructor && callDirectly(destructor, undefined, [entry?.value]) === SUSPENDED) {
    return registers.extend(finishFrame('destructors', value, thrown))
  }
  return runDestructors(value, thrown)
}

function runHandlers(status: unknown): unknown {
  const { process } = currentThread()
  block(process.kernel, NEXT_EXIT_HANDLER, { home: process.origin, pid: process.pid })
  return registers.extend(finishFrame('handler', status, false))
}

function callHandler(status: unknown, handler: unknown): unknown {
  if (typeof handler !== 'function') return exitProcess(status)
  const result = callDirectly(handler as () => unknown, undefined, [])
  return result === SUSPENDED ? registers.extend(finishFrame('handlers', status, false)) : runHandlers(status)
}

function exitProcess(status: unknown): unknown {
  const { process } = currentThread()
  const { kernel, pid, origin } = process
  kernel.messenger.send(origin, processes.exit, { pid, status: exitStatus(status) })
  return block(kernel, EXITING, {})
}

/** Of what `main` returned or `exit` was given, what a parent sees: eight bits, as POSIX has it. */
function exitStatus(status: unknown): number {
  return status === undefined ? 0 : Number(status) & 0xff
}

const NEXT_EXIT_HANDLER = homeWaitCode<{ pid: number }>('next-exit-handler', {
  slots: ['pid'],
  request: ({ home, pid }, reference, kernel) => {
    kernel.messenger.send(home, processes.nextExitHandler, { ...reference, pid })
  },
})

const KEY_DESTRUCTOR = homeWaitCode<{ pid: number; key: number }>('key-destructor', {
  slots: ['pid', 'key'],
  request: ({ home, pid, key }, reference, kernel) => {
    kernel.messenger.send(home, processes.destructor, { ...reference, pid, key })
  },
})

/** Lasts until the origin has the process's threads dropped. */
const EXITING = waitCode('exiting', { slots: [], register: () => undefined, withdraw: () => undefined })
