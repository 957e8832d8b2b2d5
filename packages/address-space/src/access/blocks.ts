import { block, callingThread, PosixError, waitCode, type SUSPENDED } from '@atoll/kernel'
import { PROT_READ, PROT_WRITE } from '../constants.js'
import { memoryOf } from '../memory-of.js'
import { checkAddress, giveUp, waitFor } from './access.js'
import { gather, scatter } from './pieces.js'

/** Copies `bytes` into the calling thread's memory at `address`, in one step: nobody sees a part of it. */
export function copyIn(address: number, bytes: Uint8Array): undefined | typeof SUSPENDED {
  checkAddress('copyin', address)
  if (!(bytes instanceof Uint8Array)) throw new PosixError('EINVAL', 'copyin', 'what is copied must be a Uint8Array')
  if (bytes.length === 0) return undefined
  const { process } = callingThread('copyin')
  const pieces = memoryOf(process).ready({ address, length: bytes.length, access: PROT_WRITE })
  if (pieces === null) {
    return block(process.kernel, { $f: COPY_IN, $p: 0, $c: null, syscall: 'copyin', address, bytes: bytes.slice() })
  }
  scatter(pieces, bytes)
  return undefined
}

/** Copies `length` bytes of the calling thread's memory at `address`, in one step. */
export function copyOut(address: number, length: number): Uint8Array | typeof SUSPENDED {
  checkAddress('copyout', address)
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new PosixError('EINVAL', 'copyout', `${String(length)} is not a number of bytes`)
  }
  if (length === 0) return new Uint8Array()
  const { process } = callingThread('copyout')
  const pieces = memoryOf(process).ready({ address, length, access: PROT_READ })
  if (pieces === null) {
    return block(process.kernel, { $f: COPY_OUT, $p: 0, $c: null, syscall: 'copyout', address, length })
  }
  return gather(pieces)
}

const COPY_IN = waitCode('copyin', {
  slots: ['syscall', 'address', 'bytes'],
  register: (frame, fiber, kernel) => {
    const bytes = frame['bytes'] as Uint8Array
    const wanted = { address: frame['address'] as number, length: bytes.length, access: PROT_WRITE }
    waitFor(frame, fiber, kernel, wanted, (pieces) => {
      scatter(pieces, bytes)
    })
  },
  withdraw: (_frame, fiber) => {
    giveUp(fiber)
  },
})

const COPY_OUT = waitCode('copyout', {
  slots: ['syscall', 'address', 'length'],
  register: (frame, fiber, kernel) => {
    const wanted = { address: frame['address'] as number, length: frame['length'] as number, access: PROT_READ }
    waitFor(frame, fiber, kernel, wanted, gather)
  },
  withdraw: (_frame, fiber) => {
    giveUp(fiber)
  },
})
