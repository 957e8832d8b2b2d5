import type { KernelId, RingOffer } from '@atoll/messaging'

/** What a ring worker is started with. */
export interface RingData {
  readonly self: KernelId
  readonly peer: KernelId
  readonly bell: SharedArrayBuffer
}

/** What a worker is told: a link, or what to measure. */
export type ToRingWorker = RingOffer | RingTask

/** What to measure, how often. */
export interface RingTask {
  readonly kind: TaskKind
  readonly count: number
}

/**
 * - `hot`: round trips, one after the other;
 * - `parked`: round trips to a peer that has had time to park before each;
 * - `stream`: small messages, one way;
 * - `bulk`: blocks of 64 KiB, one way.
 */
export type TaskKind = 'hot' | 'parked' | 'stream' | 'bulk'

/** What a worker says: it wants a link, or how long its task took (idle gaps between round trips not counted). */
export type FromRingWorker =
  { readonly kind: 'link'; readonly peer: KernelId } | { readonly kind: 'done'; readonly elapsedMs: number }
