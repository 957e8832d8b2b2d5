import type { MessagePort } from 'node:worker_threads'
import type { KernelId } from '../kernel-id.js'
import type { Priority } from '../link/priority.js'

/** The rings of one direction. */
export type RingPair = Readonly<Record<Priority, SharedArrayBuffer>>

/** One side of a link. Sent to its kernel by `postMessage`, its `port` in the transfer list. */
export interface RingEndpoint {
  readonly kind: 'endpoint'
  readonly peer: KernelId
  /** The peer's bell, see `doorbell.ts`. */
  readonly peerBell: SharedArrayBuffer
  /** Carries nothing but the doorbell's rings, both ways. */
  readonly port: MessagePort
  readonly outgoing: RingPair
  readonly incoming: RingPair
}

/** There will be no link to `peer`. */
export interface RingRefusal {
  readonly kind: 'refusal'
  readonly peer: KernelId
  readonly detail: string
}

/** What a kernel gets from the exchange, asked or not. */
export type RingOffer = RingEndpoint | RingRefusal

/** How a kernel asks the exchange for a link. The answer, a {@link RingOffer}, goes to both sides. */
export interface RingBroker {
  /** Called once per peer. */
  request(peer: KernelId): void
}
