import { block, callingThread, homeWaitCode, PosixError, registers, SUSPENDED, type Frame } from '@atoll/kernel'
import { copyIn, copyOut } from '../access/blocks.js'
import { continuation, goOn } from '../continuation.js'
import { ADDRESS_LIMIT } from '../regions/free-space.js'
import { applyElsewhere } from './elsewhere.js'
import { GROWING } from './growing.js'
import type { Block } from './growth.js'
import { BlockOperation, heaps } from './protocol.js'
import { heapOf } from './replica.js'
import { alignedClassOf, QUANTUM, SMALL_MAX } from './size-classes.js'

type Suspended = typeof SUSPENDED

/** `malloc`, see `@atoll/posix`. */
export const allocateBlock = (size: number): number | Suspended =>
  addressOf(allocate('malloc', checkedSize('malloc', size), QUANTUM))

/** `aligned_alloc`, see `@atoll/posix`. */
export function allocateAligned(alignment: number, size: number): number | Suspended {
  if (Number.isSafeInteger(alignment) && alignment > 0 && Number.isInteger(Math.log2(alignment))) {
    return addressOf(allocate('aligned_alloc', checkedSize('aligned_alloc', size), alignment))
  }
  throw new PosixError('EINVAL', 'aligned_alloc', `alignment ${String(alignment)} is not a power of two`)
}

/** The fast path of all: a block of this kernel's arenas, without a message. */
function allocate(syscall: string, size: number, alignment: number): Block | Suspended {
  const { process } = callingThread(syscall)
  const classIndex = alignedClassOf(size, alignment)
  if (classIndex < 0) return allocateLarge(syscall, size, alignment)
  const { local } = heapOf(process)
  const address = local.allocate(classIndex)
  if (address !== null) return { address, isZero: local.isZero }
  return block(process.kernel, { $f: GROWING, $p: 0, $c: null, syscall, classIndex })
}

function allocateLarge(syscall: string, size: number, alignment: number): Suspended {
  const { kernel, origin, pid } = callingThread(syscall).process
  return block(kernel, { $f: LARGE, $p: 0, $c: null, home: origin, syscall, pid, size: Math.max(size, 1), alignment })
}

interface LargeSlots {
  readonly syscall: string
  readonly pid: number
  readonly size: number
  readonly alignment: number
}

const LARGE = homeWaitCode<LargeSlots>('heap-large', {
  slots: ['syscall', 'pid', 'size', 'alignment'],
  request: ({ home, pid, size, alignment }, reference, { messenger }) => {
    messenger.send(home, heaps.allocate, { ...reference, pid, size, alignment })
  },
  result: (address) => ({ address: address as number, isZero: true }) satisfies Block,
})

const addressOf = (allocated: Block | Suspended): number | Suspended =>
  allocated === SUSPENDED ? registers.extend({ $f: ALLOCATED, $p: 0, $c: null }) : allocated.address

const ALLOCATED = continuation('heap-allocated', [], (_frame, allocated) => (allocated as Block).address)

/** `calloc`, see `@atoll/posix`. */
export function allocateZeroed(count: number, size: number): unknown {
  const bytes = bounded('calloc', checkedSize('calloc', count) * checkedSize('calloc', size))
  return goOn(allocate('calloc', bytes, QUANTUM), { $f: CLEAR, $p: 0, $c: null, bytes })
}

/** What was never used holds zeroes already; so does every large block. */
const CLEAR = continuation('heap-clear', ['bytes'], (frame, allocated) => {
  const { address, isZero } = allocated as Block
  if (isZero) return address
  const zeroes = new Uint8Array(frame['bytes'] as number)
  return goOn(copyIn(address, zeroes), then(address))
})

/** Whatever is called, the result is `value`. */
const then = (value: unknown): Frame => ({ $f: VALUE, $p: 0, $c: null, value })

const VALUE = continuation('heap-value', ['value'], (frame) => frame['value'])

/** `free`, see `@atoll/posix`. */
export function freeBlock(address: number): undefined | Suspended {
  return free('free', checkedAddress('free', address))
}

function free(syscall: string, address: number): undefined | Suspended {
  if (address === 0 || heapOf(callingThread(syscall).process).local.free(address)) return undefined
  applyElsewhere(syscall, BlockOperation.free, address)
  return registers.extend(then(undefined))
}

/** `malloc_usable_size`, see `@atoll/posix`. */
export function usableSize(address: number): number | Suspended {
  return checkedAddress('malloc_usable_size', address) === 0 ? 0 : sizeOf('malloc_usable_size', address)
}

const sizeOf = (syscall: string, address: number): number | Suspended =>
  heapOf(callingThread(syscall).process).local.sizeOf(address) ?? applyElsewhere(syscall, BlockOperation.size, address)

/** `realloc`, see `@atoll/posix`. */
export function reallocate(address: number, size: number): unknown {
  const bytes = checkedSize('realloc', size)
  if (checkedAddress('realloc', address) === 0) return addressOf(allocate('realloc', bytes, QUANTUM))
  if (bytes === 0) return goOn(free('realloc', address), then(0))
  return goOn(sizeOf('realloc', address), { $f: RESIZE, $p: 0, $c: null, address, bytes })
}

interface Resizing {
  readonly address: number
  readonly bytes: number
}

const RESIZE = continuation('heap-resize', ['address', 'bytes'], (frame, size) => {
  const { address, bytes } = frame as Frame & Resizing
  const usable = size as number
  if (fits(bytes, usable)) return address
  if (usable > SMALL_MAX && bytes > SMALL_MAX) return resizeLarge(address, bytes)
  // First what may fail. One of the two blocks is small, so what is copied is: it goes at once.
  return goOn(copyOut(address, Math.min(bytes, usable)), { $f: MOVE, $p: 0, $c: null, address, bytes })
})

/** May a block of `usable` bytes stay where it is when it is to have so many? It moves if that saves half of it. */
const fits = (bytes: number, usable: number): boolean => bytes <= usable && (bytes > usable / 2 || usable === QUANTUM)

function resizeLarge(address: number, size: number): Suspended {
  const { kernel, origin, pid } = callingThread('realloc').process
  return block(kernel, { $f: REMAP, $p: 0, $c: null, home: origin, pid, address, size })
}

const REMAP = homeWaitCode<{ readonly pid: number; readonly address: number; readonly size: number }>('realloc', {
  slots: ['pid', 'address', 'size'],
  request: ({ home, pid, address, size }, reference, { messenger }) => {
    messenger.send(home, heaps.resize, { ...reference, pid, address, size })
  },
})

const MOVE = continuation('heap-move', ['address', 'bytes'], (frame, content) => {
  const { address, bytes } = frame as Frame & Resizing
  return goOn(allocate('realloc', bytes, QUANTUM), { $f: FILL, $p: 0, $c: null, address, content })
})

const FILL = continuation('heap-fill', ['address', 'content'], (frame, allocated) => {
  const { address: target } = allocated as Block
  const { address } = frame as Frame & Resizing
  const filled = copyIn(target, frame['content'] as Uint8Array)
  return goOn(filled, { $f: RELEASE, $p: 0, $c: null, address, target })
})

const RELEASE = continuation('heap-release', ['address', 'target'], (frame) =>
  goOn(free('realloc', frame['address'] as number), then(frame['target'])),
)

function checkedSize(syscall: string, size: unknown): number {
  if (Number.isSafeInteger(size) && (size as number) >= 0) return bounded(syscall, size as number)
  throw new PosixError('EINVAL', syscall, `size ${String(size)} is not a number of bytes`)
}

function bounded(syscall: string, bytes: number): number {
  if (bytes <= ADDRESS_LIMIT) return bytes
  throw new PosixError('ENOMEM', syscall, `${bytes} bytes are more than an address space holds: 2^48`)
}

function checkedAddress(syscall: string, address: unknown): number {
  if (Number.isSafeInteger(address) && (address as number) >= 0) return address as number
  throw new PosixError('EINVAL', syscall, `${String(address)} is not an address: a number of 0 … 2^48 − 1`)
}
