import type { KernelId } from '../kernel-id.js'
import { LaneLink } from '../link/lane-link.js'
import { DEFAULT_LIMITS, type LinkLimits } from '../link/link.js'
import { RingIncoming } from './incoming.js'
import { ringBytes } from './layout.js'
import { RingOutgoing } from './outgoing.js'

/** What does not fit waits in the lanes' queues, so small rings serve. */
const CAPACITY = 64 * 1024

/**
 * A kernel's link to itself: rings of its own memory, so that what a kernel sends itself is copied, limited, ordered and
 * deferred exactly like what it sends others. Polled by whoever made it.
 */
export function loopback(self: KernelId, limits: LinkLimits = DEFAULT_LIMITS): LaneLink {
  const { maxMessageBytes } = limits
  const lanes = { control: lane(self, 'control', limits), bulk: lane(self, 'bulk', limits) }
  const outgoing = { control: lanes.control.outgoing, bulk: lanes.bulk.outgoing }
  const link = new LaneLink({ peer: self, maxMessageBytes, outgoing, wakeSelf: nothing })
  const incoming = { control: lanes.control.incoming, bulk: lanes.bulk.incoming }
  link.attach({ incoming, wakePeer: nothing, dispose: nothing })
  return link
}

function lane(self: KernelId, priority: 'control' | 'bulk', limits: LinkLimits): LoopbackLane {
  const memory = new ArrayBuffer(ringBytes(CAPACITY))
  const outgoing = new RingOutgoing(self, limits)
  outgoing.attach(memory)
  return { outgoing, incoming: new RingIncoming(priority, limits.maxMessageBytes, memory, nothing) }
}

interface LoopbackLane {
  readonly outgoing: RingOutgoing
  readonly incoming: RingIncoming
}

/** Whoever sends to itself is awake. */
const nothing = (): void => undefined
