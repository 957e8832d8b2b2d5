import type { KernelId, RingOffer } from '@atoll/messaging'
import type { KernelSettings } from '../kernel/settings.js'

/** What a kernel's worker is started with. */
export interface WorkerData {
  readonly settings: KernelSettings
  readonly bell: SharedArrayBuffer
  /** Of the kernel's `Pulse`. */
  readonly pulse: SharedArrayBuffer
}

/** What passes between a kernel's worker and the supervisor's isolate beside the rings. Only what rings can't carry. */
export interface FromWorker {
  /** Asks for a link to this kernel. */
  readonly link: KernelId
}

/** A link, or why there is none. */
export type ToWorker = RingOffer
