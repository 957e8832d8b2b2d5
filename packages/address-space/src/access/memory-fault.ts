import { PosixError } from '@atoll/kernel'
import { PROT_WRITE } from '../constants.js'

/** Which signal POSIX has for a bad access: `SIGSEGV` of an address that may not be used so, `SIGBUS` of one that has no memory behind it. */
export type FaultSignal = 'SIGSEGV' | 'SIGBUS'

/** Why an access is refused. */
export interface Fault {
  readonly signal: FaultSignal
  readonly address: number
  /** What was to be done: `PROT_READ` or `PROT_WRITE`. */
  readonly access: number
  readonly explanation: string
}

/** The error of a bad access: a `PosixError` with code `EFAULT`, and what a signal's handler would be told. */
export function memoryFault(syscall: string, { signal, address, access, explanation }: Fault): PosixError {
  const what = access === PROT_WRITE ? 'written' : 'read'
  const text = `${signal} at ${hexadecimal(address)}, which was to be ${what}: ${explanation}`
  return Object.assign(new PosixError('EFAULT', syscall, text), { signal, address, access })
}

export const hexadecimal = (address: number): string => `0x${address.toString(16)}`
