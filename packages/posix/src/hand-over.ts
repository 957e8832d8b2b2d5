import { assertHandOver, callingThread, encodeForProcess, posixErrorOf } from '@atoll/kernel'

/**
 * A routine of the calling thread's process, encoded with copies of the variables that it captured.
 *
 * @throws PosixError `EINVAL`: it assigns a captured variable; `ENOTSUP`: it captured something that can't be copied.
 */
export function encodeRoutine(syscall: string, routine: (...args: never) => unknown): Uint8Array {
  const { process } = callingThread(syscall)
  try {
    assertHandOver(routine)
    return encodeForProcess(process, [routine])
  } catch (error) {
    throw posixErrorOf(error, syscall)
  }
}
