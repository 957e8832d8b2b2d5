import type { KernelId } from '../kernel-id.js'
import { LaneLink } from '../link/lane-link.js'
import { DEFAULT_LIMITS } from '../link/link.js'
import type { Priority } from '../link/priority.js'
import { MemoryLane } from './lane.js'

/**
 * A kernel's link to itself: what a kernel sends itself is copied, limited, ordered and deferred like what it sends others. Polled by
 * whoever made it.
 */
export function loopback(self: KernelId): LaneLink {
  const lanes = { control: lane(self, 'control'), bulk: lane(self, 'bulk') }
  const outgoing = { control: lanes.control.outgoing, bulk: lanes.bulk.outgoing }
  const incoming = { control: lanes.control.incoming, bulk: lanes.bulk.incoming }
  const link = new LaneLink({
    peer: self,
    maxMessageBytes: DEFAULT_LIMITS.maxMessageBytes,
    outgoing,
    wakeSelf: nothing,
  })
  link.attach({ incoming, wakePeer: nothing, dispose: nothing })
  return link
}

const lane = (self: KernelId, priority: Priority): MemoryLane =>
  new MemoryLane({
    from: self,
    to: self,
    priority,
    limits: DEFAULT_LIMITS,
    dispatch: (sent) => sent.arrive(),
    wakeSender: nothing,
  })

/** Whoever sends to itself is awake. */
const nothing = (): void => undefined
