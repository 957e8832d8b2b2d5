import type { Kernel, ProcessReplica } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { serveCall } from '../answer.js'
import type { AddressRange } from '../regions/region.js'
import { Growth } from './growth.js'
import type { HeapHome } from './home.js'
import { LocalHeap } from './local-heap.js'
import { BlockOperation, heaps } from './protocol.js'
import { RangeTable } from './range-table.js'

/** An arena of another kernel, as this one has been told. */
export interface ForeignArena extends AddressRange {
  readonly owner: KernelId
}

/** What a process has allocated on a kernel, and what that kernel knows of the process's other arenas. */
export interface KernelHeap {
  readonly local: LocalHeap
  readonly growth: Growth
  /** May be out of date: then the owner says so, and the origin is asked. */
  readonly foreign: RangeTable<ForeignArena>
}

const kernelHeaps = new WeakMap<ProcessReplica, KernelHeap>()

/** What the process has allocated on the kernel of this replica. It ends with the replica. */
export function heapOf(process: ProcessReplica): KernelHeap {
  const known = kernelHeaps.get(process)
  if (known) return known
  const { kernel, origin, pid } = process
  const local = new LocalHeap((start) => {
    kernel.messenger.send(origin, heaps.giveBack, { pid, start })
  })
  const heap = { local, growth: new Growth(process, local), foreign: new RangeTable<ForeignArena>() }
  kernelHeaps.set(process, heap)
  return heap
}

/** Has a kernel free blocks that it keeps, and tell their sizes, for threads of other kernels. */
export function serveHeaps(kernel: Kernel, home: HeapHome): void {
  kernel.waitHome.serve(heaps.apply, (from, message) => {
    const { pid, address, operation } = message
    const process = kernel.processes.get(pid)
    const size = process ? applyHere(heapOf(process).local, address, operation) : null
    serveCall(kernel, from, message, (done) => {
      if (size === null) home.apply(pid, address, operation, done)
      else done({ value: size })
    })
  })
}

/** The size of the block that was found here; `null`: there is none. */
function applyHere(local: LocalHeap, address: number, operation: number): number | null {
  const size = local.sizeOf(address)
  if (size !== null && operation === BlockOperation.free) local.free(address)
  return size
}
