import type { KernelId } from '@atoll/messaging'
import { builtinCode } from '../frames/builtin.js'
import { SUSPENDED, type Frame } from '../frames/frame.js'
import { registers } from '../frames/registers.js'
import { callDirectly } from '../threads/start.js'
import type { Kernel } from '../kernel.js'
import { PosixError } from '../posix-error.js'
import { callingThread } from '../system-call.js'
import { block } from '../waits/wait-code.js'
import { homeWaitCode } from '../waits/waiters.js'
import { homeOfControl } from './controls.js'
import { once } from './protocol.js'

/**
 * Runs `routine` unless that has been done under this control; returns when it has been done, by whomever. If it throws, the next
 * caller runs it.
 *
 * @throws PosixError `EINVAL`: not a control.
 */
export function callOnce(control: number, routine: () => unknown): undefined | typeof SUSPENDED {
  const { process } = callingThread('pthread_once')
  if (process.onceDone.has(control)) return undefined
  block(process.kernel, {
    $f: ENTER,
    $p: 0,
    $c: null,
    home: checkedHome(process.kernel, control),
    pid: process.pid,
    control,
  })
  return registers.extend(frame(control, routine, false))
}

/** The kernel that made the control; it is the one to know whether it did. */
function checkedHome({ membership }: Kernel, control: number): KernelId {
  const home = homeOfControl(control)
  if (home !== null && membership.get(home)) return home
  throw new PosixError('EINVAL', 'pthread_once', `'${String(control)}' is not a control made by pthread_once_init`)
}

const frame = (control: number, routine: () => unknown, running: boolean): Frame => ({
  $f: ONCE,
  $p: 0,
  $c: null,
  control,
  routine,
  running,
})

/** Between `enter` and `leave`: waits for the right to run the routine, then for the routine. */
const ONCE = builtinCode('once', ['control', 'routine', 'running'], (from, value, thrown) => {
  const control = from['control'] as number
  if (from['running'] as boolean) return leave(control, value, thrown)
  if (thrown) throw value
  if (value === false) return finish(control)
  const routine = from['routine'] as () => unknown
  try {
    if (callDirectly(routine, undefined, []) === SUSPENDED) return registers.extend(frame(control, routine, true))
  } catch (error) {
    return leave(control, error, true)
  }
  return leave(control, undefined, false)
})

function leave(control: number, value: unknown, thrown: boolean): undefined {
  const { kernel, pid } = callingThread('pthread_once').process
  kernel.messenger.send(checkedHome(kernel, control), once.leave, { pid, control, done: !thrown })
  if (thrown) throw value
  return finish(control)
}

function finish(control: number): undefined {
  callingThread('pthread_once').process.onceDone.add(control)
  return undefined
}

const ENTER = homeWaitCode<{ pid: number; control: number }>('pthread_once', {
  slots: ['pid', 'control'],
  request: ({ home, pid, control }, reference, kernel) => {
    kernel.messenger.send(home, once.enter, { ...reference, pid, control })
  },
})
