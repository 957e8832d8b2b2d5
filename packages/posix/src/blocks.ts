import {
  copyIn,
  copyOut,
  endView,
  makeView,
  PROT_READ,
  type Ptr,
  type View,
  type ViewConstructor,
} from '@atoll/address-space'
import { systemCall } from '@atoll/kernel'

/**
 * Copies bytes into memory, in one step: no reader of one page sees a part of them.
 *
 * @throws PosixError `EFAULT` (not mapped, protected, or lost; with `signal`, `address`, `access`), `EINVAL`.
 */
export const copyin = systemCall<(address: Ptr, bytes: Uint8Array) => Promise<void>>('copyin', copyIn)

/**
 * Copies `length` bytes out of memory, in one step.
 *
 * @throws PosixError `EFAULT` (not mapped, protected, or lost; with `signal`, `address`, `access`), `EINVAL`.
 */
export const copyout = systemCall<(address: Ptr, length: number) => Promise<Uint8Array>>('copyout', copyOut)

/** Makes a view; see {@link view}. */
export type ViewCall = <C extends ViewConstructor>(
  address: Ptr,
  type: C,
  length: number,
  prot?: number,
) => Promise<View<C>>

/**
 * A typed array (or `DataView`) of `length` elements that lies on this kernel's own copy of the pages at `address`: it is read and written at native speed, and
 * whenever its thread runs it shows what memory holds. It belongs to the calling thread, stays the same object when that moves, and lasts until
 * {@link unview}, the end of its `using`, or the thread's end. `prot`: `PROT_READ` (default), or `PROT_READ | PROT_WRITE`.
 *
 * @example
 * const sums = await view(address, Float64Array, 100, PROT_READ | PROT_WRITE)
 * sums[0] += 1
 *
 * @throws PosixError `EFAULT` (not mapped, protected, or lost), `EINVAL` (not aligned to the elements, not all in one region, no such type).
 */
export const view = systemCall<ViewCall>(
  'view',
  (address: Ptr, type: ViewConstructor, length: number, prot = PROT_READ) => makeView(address, type, length, prot),
)

/**
 * Ends a view of the calling thread. The array stays, but what it shows is not kept up to date, and what is written to it may be lost.
 *
 * @throws PosixError `EINVAL`: no view of the thread.
 */
export function unview(array: ArrayBufferView): void {
  endView(array)
}
