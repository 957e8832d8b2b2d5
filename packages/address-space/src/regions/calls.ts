import {
  block,
  callingThread,
  homeWaitCode,
  PosixError,
  type HomeWaitDefinition,
  type Kernel,
  type SUSPENDED,
  type WaitCode,
} from '@atoll/kernel'
import { MADV_DONTNEED, MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MREMAP_FIXED, MS_SYNC } from '../constants.js'
import { addressSpaceService } from '../service.js'
import {
  checkSyncFlags,
  readAddress,
  readAdvice,
  readDescriptor,
  readInteger,
  readLength,
  readMapFlags,
  readMappedLength,
  readOffset,
  readPageAddress,
  readProtection,
  readRemapFlags,
} from './arguments.js'
import type { MapRequest } from './mapping.js'
import type { ResourceLimits } from './process-space.js'
import { regions } from './protocol.js'
import type { RemapRequest } from './remapping.js'

type Blocked = typeof SUSPENDED

interface Pid {
  readonly pid: number
}

interface RangeSlots extends Pid {
  readonly start: number
  readonly length: number
}

interface MapSlots extends MapRequest, Pid {
  readonly fd: number
  readonly offset: number
}

/** `mmap`, see `@atoll/posix`. */
export function mapMemory(
  addr: number,
  length: number,
  prot: number,
  flags: number,
  fd: number,
  offset: number,
): Blocked | number {
  const mapFlags = readMapFlags('mmap', flags)
  const isFixed = (mapFlags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0
  const isAnonymous = (mapFlags & MAP_ANONYMOUS) !== 0
  const bytes = readMappedLength('mmap', 'length', length)
  const request: Omit<MapSlots, 'pid'> = {
    address: isFixed ? readPageAddress('mmap', 'addr', addr) : readAddress('mmap', 'addr', addr),
    length: bytes,
    prot: readProtection('mmap', prot),
    flags: mapFlags,
    fd: isAnonymous ? -1 : readDescriptor('mmap', fd),
    offset: isAnonymous ? 0 : readOffset('mmap', offset, bytes),
  }
  const { kernel, origin, pid } = callingThread('mmap').process
  if (origin === kernel.id && isAnonymous && !isFixed) return mapFresh(kernel, pid, request)
  return block(kernel, { $f: MAP, $p: 0, $c: null, home: origin, pid, ...request })
}

/** At the origin memory grows without a message, and without a wait. */
function mapFresh(kernel: Kernel, pid: number, request: MapRequest): number {
  const answer = addressSpaceService(kernel).home.mapFresh(pid, request)
  if ('code' in answer) throw new PosixError(answer.code, 'mmap', answer.explanation)
  return answer.value as number
}

const MAP = homeWaitCode<MapSlots>('mmap', {
  slots: ['pid', 'address', 'length', 'prot', 'flags', 'fd', 'offset'],
  request: ({ home, pid, address, length, prot, flags, fd, offset }, reference, { messenger }) => {
    messenger.send(home, regions.map, { ...reference, pid, address, length, prot, flags, fd, offset })
  },
})

/** `munmap`, see `@atoll/posix`. */
export function unmapMemory(addr: number, length: number): Blocked {
  const start = readPageAddress('munmap', 'addr', addr)
  const bytes = readLength('munmap', 'length', length)
  const { kernel, origin, pid } = callingThread('munmap').process
  return block(kernel, { $f: UNMAP, $p: 0, $c: null, home: origin, pid, start, length: bytes })
}

const UNMAP = homeWaitCode<RangeSlots>('munmap', {
  slots: ['pid', 'start', 'length'],
  request: ({ home, pid, start, length }, reference, { messenger }) => {
    messenger.send(home, regions.unmap, { ...reference, pid, start, length })
  },
})

/** `mprotect`, see `@atoll/posix`. */
export function protectMemory(addr: number, length: number, prot: number): Blocked | undefined {
  const start = readPageAddress('mprotect', 'addr', addr)
  const bytes = readLength('mprotect', 'length', length, 'or none')
  const protection = readProtection('mprotect', prot)
  const { kernel, origin, pid } = callingThread('mprotect').process
  if (bytes === 0) return undefined
  return block(kernel, { $f: PROTECT, $p: 0, $c: null, home: origin, pid, start, length: bytes, prot: protection })
}

const PROTECT = homeWaitCode<RangeSlots & { readonly prot: number }>('mprotect', {
  slots: ['pid', 'start', 'length', 'prot'],
  request: ({ home, pid, start, length, prot }, reference, { messenger }) => {
    messenger.send(home, regions.protect, { ...reference, pid, start, length, prot })
  },
})

/** `mremap`, see `@atoll/posix`. */
export function remapMemory(
  oldAddress: number,
  oldLength: number,
  newLength: number,
  flags: number,
  newAddress: number,
): Blocked {
  const remapFlags = readRemapFlags('mremap', flags)
  const request: RemapRequest = {
    start: readPageAddress('mremap', 'oldAddress', oldAddress),
    length: readLength('mremap', 'oldLength', oldLength, 'or none'),
    newLength: readMappedLength('mremap', 'newLength', newLength),
    flags: remapFlags,
    target: remapFlags & MREMAP_FIXED ? readPageAddress('mremap', 'newAddress', newAddress) : 0,
  }
  const { kernel, origin, pid } = callingThread('mremap').process
  return block(kernel, { $f: REMAP, $p: 0, $c: null, home: origin, pid, ...request })
}

const REMAP = homeWaitCode<RemapRequest & Pid>('mremap', {
  slots: ['pid', 'start', 'length', 'newLength', 'flags', 'target'],
  request: ({ home, pid, start, length, newLength, flags, target }, reference, { messenger }) => {
    messenger.send(home, regions.remap, { ...reference, pid, start, length, newLength, flags, target })
  },
})

/** `msync`, see `@atoll/posix`. */
export function syncMemory(addr: number, length: number, flags: number): Blocked | undefined {
  const start = readPageAddress('msync', 'addr', addr)
  const bytes = readLength('msync', 'length', length, 'or none')
  checkSyncFlags('msync', flags)
  const write = (flags & MS_SYNC) !== 0
  return bytes === 0 ? undefined : checkRange(SYNC, start, bytes, { discard: false, write })
}

/** `madvise`, see `@atoll/posix`. */
export function adviseMemory(addr: number, length: number, advice: number): Blocked | undefined {
  const start = readPageAddress('madvise', 'addr', addr)
  const bytes = readLength('madvise', 'length', length, 'or none')
  const isDiscarding = readAdvice('madvise', advice) === MADV_DONTNEED
  return bytes === 0 ? undefined : checkRange(ADVISE, start, bytes, { discard: isDiscarding, write: false })
}

interface CheckPurpose {
  readonly discard: boolean
  readonly write: boolean
}

function checkRange(code: WaitCode, start: number, length: number, purpose: CheckPurpose): Blocked {
  const { kernel, origin, pid } = callingThread(code.name).process
  return block(kernel, { $f: code, $p: 0, $c: null, home: origin, pid, start, length, ...purpose })
}

const CHECK: HomeWaitDefinition<RangeSlots & CheckPurpose> = {
  slots: ['pid', 'start', 'length', 'discard', 'write'],
  request: ({ home, pid, start, length, discard, write }, reference, { messenger }) => {
    messenger.send(home, regions.check, { ...reference, pid, start, length, discard, write })
  },
}

const SYNC = homeWaitCode('msync', { ...CHECK, cancellable: true })
const ADVISE = homeWaitCode('madvise', CHECK)

/** `brk`, see `@atoll/posix`. */
export function setBreak(addr: number): Blocked {
  return moveBreak('brk', readAddress('brk', 'addr', addr), false)
}

/** `sbrk`, see `@atoll/posix`. */
export function growBreak(increment: number): Blocked {
  return moveBreak('sbrk', readInteger('sbrk', 'increment', increment), true)
}

function moveBreak(syscall: string, to: number, relative: boolean): Blocked {
  const { kernel, origin, pid } = callingThread(syscall).process
  return block(kernel, { $f: MOVE_BREAK, $p: 0, $c: null, home: origin, pid, to, relative, syscall })
}

interface BreakSlots extends Pid {
  readonly to: number
  readonly relative: boolean
  readonly syscall: string
}

const MOVE_BREAK = homeWaitCode<BreakSlots>('brk', {
  slots: ['pid', 'to', 'relative', 'syscall'],
  request: ({ home, pid, to, relative }, reference, { messenger }) => {
    messenger.send(home, regions.moveBreak, { ...reference, pid, to, relative })
  },
  result: (before, { relative }) => (relative === true ? before : undefined),
})

/** `getrlimit` and `setrlimit` of `RLIMIT_AS`, see `@atoll/posix`. The limits before. */
export function addressSpaceLimit(syscall: string, limits: ResourceLimits | null): Blocked {
  const { kernel, origin, pid } = callingThread(syscall).process
  return block(kernel, { $f: LIMIT, $p: 0, $c: null, home: origin, pid, limits, syscall })
}

interface LimitSlots extends Pid {
  readonly limits: ResourceLimits | null
  readonly syscall: string
}

const LIMIT = homeWaitCode<LimitSlots>('getrlimit', {
  slots: ['pid', 'limits', 'syscall'],
  request: ({ home, pid, limits }, reference, { messenger }) => {
    messenger.send(home, regions.limit, { ...reference, pid, ...(limits && { limits }) })
  },
  result: (before, { syscall }) => (syscall === 'getrlimit' ? before : undefined),
})
