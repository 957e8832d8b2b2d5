import type { KernelId } from '@atoll/messaging'
import type { Holders } from './chunk.js'

/** Pages on their way to who wants them. The home serves one transition of a page at a time. */
export interface Transition {
  readonly epoch: number
  readonly page: number
  readonly count: number
  readonly requester: KernelId
  readonly write: boolean
  /** Who had copies before it. */
  readonly before: Holders
  /** Copies are being made void; nothing has been sent yet. */
  isInvalidating: boolean
  /** Who has been told to send them; 0: nobody had to. */
  source: KernelId
  /** The requester has died: nobody will settle it. */
  isOrphan: boolean
}
