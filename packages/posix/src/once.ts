import { callingThread, callOnce, ONCE_CONTROLS_MAX, onceControl, PosixError, systemCall } from '@atoll/kernel'

declare const brand: unique symbol

/** What `pthread_once` remembers its routine's run under. */
export type pthread_once_t = number & { readonly [brand]?: 'once' }

/**
 * A control under which nothing has been run.
 *
 * @throws PosixError `EAGAIN`: this kernel has made as many for this process as it can number.
 */
export function pthread_once_init(): pthread_once_t {
  const { process } = callingThread('pthread_once_init')
  if (process.onceControls === ONCE_CONTROLS_MAX) {
    throw new PosixError(
      'EAGAIN',
      'pthread_once_init',
      `this kernel has made ${ONCE_CONTROLS_MAX} controls already: make them once, not in a loop`,
    )
  }
  return onceControl(process.kernel.id, process.onceControls++)
}

/**
 * Runs `routine` if this is the first call with this control in the process, on whatever kernel; returns once it has been run. If it throws, so does this call,
 * and the next caller runs it.
 *
 * @throws PosixError `EINVAL`: not a control, not a function; `EIO`: the kernel that made the control has died.
 */
export const pthread_once = systemCall<(control: pthread_once_t, routine: () => unknown) => Promise<void>>(
  'pthread_once',
  (control: pthread_once_t, routine: () => unknown) => {
    if (typeof routine !== 'function')
      throw new PosixError('EINVAL', 'pthread_once', `the routine is ${typeof routine}, not a function`)
    return callOnce(control, routine)
  },
)
