/**
 * One address space per process, the same from every kernel: regions, their pages, and ways in.
 *
 * @packageDocumentation
 */
export * from './constants.js'
export type { Ptr } from './pointer.js'
export type { AddressRange, ObjectId, Region } from './regions/region.js'
export * from './layout/index.js'
