import { PosixError } from '@atoll/kernel'
import {
  MADV_DONTNEED,
  MADV_NORMAL,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_RELEASE,
  MAP_SHARED_VALIDATE,
  MAP_STACK,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from '../constants.js'
import { hex } from '../refusals.js'
import { ADDRESS_LIMIT } from './free-space.js'

const PROTECTIONS = PROT_READ | PROT_WRITE | PROT_EXEC
const OPTIONS = MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE | MAP_POPULATE | MAP_RELEASE

/** An address, or the hint of one. Throws `EINVAL`. */
export function readAddress(syscall: string, name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw invalid(syscall, `${name} ${String(value)} is not an address: a number of 0 … 2^48 − 1`)
}

/** An address on a page boundary. Throws `EINVAL`. */
export function readPageAddress(syscall: string, name: string, value: unknown): number {
  const address = readAddress(syscall, name, value)
  if (address % PAGE_SIZE === 0) return address
  throw invalid(syscall, `${name} ${hex(address)} is not on a page boundary: a multiple of ${PAGE_SIZE} is needed`)
}

/** A number of bytes. Throws `EINVAL`, for 0 too unless `orNone`. */
export function readLength(syscall: string, name: string, value: unknown, orNone: 'or none' | 'some' = 'some'): number {
  const least = orNone === 'or none' ? 0 : 1
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number
  throw invalid(syscall, `${name} ${String(value)} is not a number of bytes of at least ${least}`)
}

/** A number of bytes to be mapped. Throws `EINVAL`, and `ENOMEM` for what no address space holds. */
export function readMappedLength(syscall: string, name: string, value: unknown): number {
  const length = readLength(syscall, name, value)
  if (length <= ADDRESS_LIMIT) return length
  throw new PosixError('ENOMEM', syscall, `${name} ${length} is more than an address space holds: 2^48 bytes`)
}

/** `PROT_*`. Throws `EINVAL`. */
export function readProtection(syscall: string, value: unknown): number {
  if (Number.isInteger(value) && ((value as number) & ~PROTECTIONS) === 0) return value as number
  throw invalid(syscall, `prot ${String(value)} is not made of PROT_READ, PROT_WRITE and PROT_EXEC, nor PROT_NONE`)
}

/** `MAP_*`: exactly one of shared and private, and options. Throws `EINVAL`. */
export function readMapFlags(syscall: string, value: unknown): number {
  if (!Number.isInteger(value)) throw invalid(syscall, `flags ${String(value)} is not an integer`)
  const flags = value as number
  const sharing = flags & MAP_SHARED_VALIDATE
  if (sharing === 0) throw invalid(syscall, 'flags names neither MAP_SHARED nor MAP_PRIVATE: one is needed')
  const unknown = flags & ~(MAP_SHARED_VALIDATE | OPTIONS)
  if (unknown !== 0) throw invalid(syscall, `flags has bits that mean nothing here: ${hex(unknown >>> 0)}`)
  return sharing === MAP_SHARED_VALIDATE ? flags & ~MAP_PRIVATE : flags
}

/** A position in what a descriptor names. Throws `EINVAL`, `EOVERFLOW`. */
export function readOffset(syscall: string, value: unknown, length: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) % PAGE_SIZE !== 0) {
    throw invalid(syscall, `offset ${String(value)} is not a multiple of ${PAGE_SIZE} of at least 0`)
  }
  if ((value as number) + length <= Number.MAX_SAFE_INTEGER) return value as number
  throw new PosixError('EOVERFLOW', syscall, `offset ${String(value)} and length ${length} together are beyond 2^53`)
}

/** `MREMAP_*`. Throws `EINVAL`. */
export function readRemapFlags(syscall: string, value: unknown): number {
  if (!Number.isInteger(value) || ((value as number) & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) !== 0) {
    throw invalid(syscall, `flags ${String(value)} is not made of MREMAP_MAYMOVE and MREMAP_FIXED`)
  }
  if (((value as number) & MREMAP_FIXED) === 0 || ((value as number) & MREMAP_MAYMOVE) !== 0) return value as number
  throw invalid(syscall, 'flags names MREMAP_FIXED without MREMAP_MAYMOVE: pass both')
}

/** `MS_*`: one of `MS_ASYNC` and `MS_SYNC` at most. Throws `EINVAL`. */
export function checkSyncFlags(syscall: string, value: unknown): void {
  if (!Number.isInteger(value) || ((value as number) & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE)) !== 0) {
    throw invalid(syscall, `flags ${String(value)} is not made of MS_ASYNC, MS_SYNC and MS_INVALIDATE`)
  }
  if (((value as number) & (MS_ASYNC | MS_SYNC)) !== (MS_ASYNC | MS_SYNC)) return
  throw invalid(syscall, 'flags names both MS_ASYNC and MS_SYNC: pass one')
}

/** `MADV_*`. Throws `EINVAL`. */
export function readAdvice(syscall: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= MADV_NORMAL && (value as number) <= MADV_DONTNEED) {
    return value as number
  }
  const known = 'MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED'
  throw invalid(syscall, `advice ${String(value)} is none of ${known}`)
}

/** A descriptor. Throws `EBADF`. */
export function readDescriptor(syscall: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31) return value as number
  throw new PosixError('EBADF', syscall, `fd ${String(value)} is not a descriptor`)
}

/** An integer. Throws `EINVAL`. */
export function readInteger(syscall: string, name: string, value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw invalid(syscall, `${name} ${String(value)} is not an integer`)
}

const invalid = (syscall: string, explanation: string): PosixError => new PosixError('EINVAL', syscall, explanation)
