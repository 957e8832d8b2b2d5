import type { KernelId } from '../kernel-id.js'
import { LaneLink } from '../link/lane-link.js'
import { DEFAULT_LIMITS } from '../link/link.js'
import type { Priority } from '../link/priority.js'
import { RingIncoming } from './incoming.js'
import { ringBytes } from './layout.js'
import { RingOutgoing } from './outgoing.js'

/** What does not fit waits in the lanes' queues, so small rings serve. */
const CAPACITY = 64 * 1024

/**
 * A kernel's link to itself: rings in its own memory, so that what a kernel sends itself is copied, limited, ordered and
 * deferred exactly like what it sends others. Polled by whoever made it, after `sent` was called.
 */
export function loopback(self: KernelId, sent: () => void): LaneLink {
  const lanes = { control: lane(self, 'control'), bulk: lane(self, 'bulk') }
  const outgoing = { control: lanes.control.outgoing, bulk: lanes.bulk.outgoing }
  const incoming = { control: lanes.control.incoming, bulk: lanes.bulk.incoming }
  const { maxMessageBytes } = DEFAULT_LIMITS
  const link = new LaneLink({ peer: self, maxMessageBytes, outgoing, wakeSelf: nothing })
  link.attach({ incoming, wakePeer: sent, dispose: nothing })
  return link
}

function lane(self: KernelId, priority: Priority): { outgoing: RingOutgoing; incoming: RingIncoming } {
  const memory = new ArrayBuffer(ringBytes(CAPACITY))
  const outgoing = new RingOutgoing(self, DEFAULT_LIMITS)
  outgoing.attach(memory)
  return { outgoing, incoming: new RingIncoming(priority, DEFAULT_LIMITS.maxMessageBytes, memory, nothing) }
}

/** Whoever sends to itself is awake. */
const nothing = (): void => undefined
