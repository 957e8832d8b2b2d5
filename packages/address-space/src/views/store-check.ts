import type { ProcessReplica } from '@atoll/kernel'
import type { Piece } from '../access/pieces.js'
import type { ObjectId } from '../regions/region.js'

/** Are stores through views that were made to read to be found in this process? Its environment says so: `ATOLL_VIEWS=check`. */
export const isChecked = ({ env }: ProcessReplica): boolean => env['ATOLL_VIEWS'] === 'check'

/** What is watched: the bytes of a view. */
export interface ViewBytes {
  readonly object: ObjectId
  /** The memory that the view lies on. */
  readonly buffer: ArrayBuffer
  /** Where the view begins in its object. */
  readonly at: number
  /** In bytes. */
  readonly length: number
}

/**
 * Finds stores through views that were made to read: nothing else changes their bytes while their thread runs but its own stores by other ways, which are
 * noted here. One lasts for a slice, for which it keeps a copy of what is watched.
 */
export class StoreCheck {
  readonly #before = new Map<ViewBytes, Uint8Array>()
  readonly #stores: { readonly object: ObjectId; readonly at: number; readonly length: number }[] = []

  /** From now on these bytes are watched. */
  watch(view: ViewBytes): void {
    this.#before.set(view, bytesOf(view).slice())
  }

  /** The thread stores here as it may. */
  stores(pieces: readonly Piece[]): void {
    for (const { copies, at, length } of pieces) this.#stores.push({ object: copies.object, at, length })
  }

  /** Where the first byte is, within the view, that has changed though nothing may; −1: there is none. */
  firstChange(view: ViewBytes): number {
    const before = this.#before.get(view)
    const now = bytesOf(view)
    if (!before || Buffer.compare(before, now) === 0) return -1
    for (const store of this.#stores) {
      if (store.object !== view.object) continue
      const start = Math.max(store.at - view.at, 0)
      const end = Math.min(store.at + store.length - view.at, view.length)
      if (start < end) before.set(now.subarray(start, end), start)
    }
    return now.findIndex((byte, index) => byte !== before[index])
  }
}

const bytesOf = ({ buffer, at, length }: ViewBytes): Uint8Array => new Uint8Array(buffer, at, length)
