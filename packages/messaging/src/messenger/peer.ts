import type { KernelId } from '../kernel-id.js'
import type { Link } from '../link/link.js'
import type { TrafficCounter } from './traffic.js'

/** A kernel that this one exchanges messages with. */
export interface Peer {
  readonly id: KernelId
  readonly link: Link
  readonly traffic: TrafficCounter
}
