import {
  block,
  builtinCode,
  callingThread,
  homeWaitCode,
  PosixError,
  registers,
  type Frame,
  type ProcessReplica,
  type SUSPENDED,
} from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { hex } from '../refusals.js'
import { BlockOperation, heaps } from './protocol.js'
import { heapOf } from './replica.js'

/** What is asked of another kernel, on behalf of the call `syscall`. */
interface Inquiry {
  readonly syscall: string
  readonly operation: number
  readonly address: number
  /** Who is asked. */
  readonly asked: KernelId
  /** Has the origin named it in this very call? Then it is the owner. */
  readonly isOwner: boolean
}

/**
 * Frees a block that this kernel does not keep (`BlockOperation`), or asks for its size. The result is its size. Who keeps it is the owner of its arena,
 * as far as this kernel has heard of it; else the origin knows, and may keep it itself.
 */
export function applyElsewhere(syscall: string, operation: number, address: number): typeof SUSPENDED {
  const { process } = callingThread(syscall)
  const owner = heapOf(process).foreign.find(address)?.owner
  const asked = owner !== undefined && !isGone(process, owner) ? owner : process.origin
  return ask(process, { syscall, operation, address, asked, isOwner: false })
}

function ask(process: ProcessReplica, inquiry: Inquiry): typeof SUSPENDED {
  const { kernel, pid } = process
  const { syscall, operation, address, asked } = inquiry
  block(kernel, { $f: APPLYING, $p: 0, $c: null, home: asked, syscall, pid, operation, address })
  return registers.extend({ $f: APPLIED, $p: 0, $c: null, ...inquiry })
}

const APPLYING = homeWaitCode<Omit<Inquiry, 'asked' | 'isOwner'> & { readonly pid: number }>('heap-apply', {
  slots: ['syscall', 'pid', 'operation', 'address'],
  request: ({ home, pid, operation, address }, reference, { messenger }) => {
    messenger.send(home, heaps.apply, { ...reference, pid, operation, address })
  },
})

const APPLIED = builtinCode(
  'heap-applied',
  ['syscall', 'operation', 'address', 'asked', 'isOwner'],
  (frame, value, thrown) => {
    const inquiry = frame as Frame & Inquiry
    const { syscall, address, asked, isOwner } = inquiry
    const { process } = callingThread(syscall)
    const { origin } = process
    if (thrown) {
      if (asked === origin || !isGone(process, asked)) throw value
      return isOwner ? withoutOwner(inquiry) : ask(process, { ...inquiry, asked: origin })
    }
    if (typeof value === 'number') return value
    if (value === null) {
      if (isOwner || asked === origin) throw notABlock(syscall, address)
      return ask(process, { ...inquiry, asked: origin }) // the arena has been given back, and may be somebody else's
    }
    const [start, end, owner] = value as [number, number, KernelId]
    heapOf(process).foreign.put({ start, end, owner })
    const named = { ...inquiry, asked: owner, isOwner: true }
    return isGone(process, owner) ? withoutOwner(named) : ask(process, named)
  },
)

/**
 * The kernel that kept the block has died or left, and its book with it. The arena stays mapped until the process ends, and is not
 * allocated from again: a block can still be used and freed, but nobody knows its size.
 */
function withoutOwner({ syscall, operation, address, asked }: Inquiry): number {
  if (operation === BlockOperation.free) return 0
  const explanation = `kernel ${asked}, which kept the size of the block at ${hex(address)}, has died or left: allocate another and copy what you need`
  throw new PosixError('EIO', syscall, explanation)
}

/** Is the kernel known to have died or left? */
function isGone({ kernel }: ProcessReplica, id: KernelId): boolean {
  const member = kernel.membership.get(id)
  return member !== undefined && member.state !== 'alive'
}

const notABlock = (syscall: string, address: number): PosixError =>
  new PosixError(
    'EINVAL',
    syscall,
    `no allocated block begins at ${hex(address)}: malloc has not returned it, or it has been freed already`,
  )
