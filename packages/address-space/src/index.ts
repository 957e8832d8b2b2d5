/**
 * One address space per process, the same from every kernel: regions, their pages, and ways in.
 *
 * @packageDocumentation
 */
export * from './constants.js'
export type { Ptr } from './pointer.js'
export { addressSpaceOf, addressSpaceService, AddressSpaceService } from './service.js'

export { homeOfObject, ObjectNumbers } from './objects/object-numbers.js'
export type { ObjectPages } from './objects/pages-port.js'
export { NodeFiles, type FileOpening, type HostFile, type HostFiles } from './files/host-files.js'
export { closeDescriptor, openFile, openShared, truncateShared, unlinkShared } from './objects/calls.js'
export { DescriptorTables } from './objects/origin.js'
export type { Descriptor } from './objects/descriptors.js'
export { SharedObjects } from './objects/home.js'
export { objects } from './objects/protocol.js'
export * from './objects/open-flags.js'

export {
  addressSpaceLimit,
  adviseMemory,
  growBreak,
  mapMemory,
  protectMemory,
  remapMemory,
  setBreak,
  syncMemory,
  unmapMemory,
} from './regions/calls.js'
export { RegionHome } from './regions/home.js'
export type { Alteration, ProcessSpace, ResourceLimits, SpaceHost } from './regions/process-space.js'
export type { RegionMap } from './regions/region-map.js'
export type { Leavings, MappedObject, MappedObjects, UnmappedPages } from './regions/mapped-objects.js'
export type { Withdraw } from './regions/withdrawals.js'
export type { Backing, MapRequest } from './regions/mapping.js'
export { regions } from './regions/protocol.js'
export { pageAt, type AddressRange, type ObjectId, type Region } from './regions/region.js'
export { AddressSpace, AddressSpaces } from './regions/replica.js'
export type { Answer, Answering, Refused } from './answer.js'

export { Acquisition, type AcquisitionEnd, type Need } from './pages/acquisition.js'
export type { ObjectCopies } from './pages/object-copies.js'
export type { PageKernel } from './pages/ports.js'
export { Copy } from './pages/protocol.js'
export { PageService } from './pages/service.js'

export * from './layout/index.js'

export { copyIn, copyOut } from './access/blocks.js'
export { scalarCall } from './access/scalar-calls.js'
export { endView, makeView, type CONSTRUCTORS, type View, type ViewConstructor } from './views/calls.js'
export { allocateAligned, allocateBlock, allocateZeroed, freeBlock, reallocate, usableSize } from './heap/calls.js'
export { HeapHome } from './heap/home.js'
export { heaps } from './heap/protocol.js'
export { heapOf, type ForeignArena, type KernelHeap } from './heap/replica.js'
export type { Growth } from './heap/growth.js'
export type { LocalHeap } from './heap/local-heap.js'
export type { RangeTable } from './heap/range-table.js'
export { afterRelease } from './release/release.js'
