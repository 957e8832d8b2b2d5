import type { KernelId } from '../kernel-id.js'
import { LaneLink } from '../link/lane-link.js'
import { LaneTransport } from '../link/lane-transport.js'
import { DEFAULT_LIMITS, type LinkLimits } from '../link/link.js'
import type { Priority } from '../link/priority.js'
import type { DeliveryScheduler } from './delivery.js'
import { MemoryLane } from './lane.js'

type Lanes = Readonly<Record<Priority, MemoryLane>>

/**
 * Links between kernels that live in one isolate, for the `sim` backend. When each message arrives is the scheduler's choice; which
 * kernels can reach each other, and which are lost, is the simulation's.
 */
export class MemoryNetwork {
  readonly #scheduler: DeliveryScheduler
  readonly #limits: LinkLimits
  readonly #transports = new Map<KernelId, MemoryTransport>()
  readonly #lost = new Set<KernelId>()
  readonly #lanes = new Map<string, Lanes>()
  readonly #cuts = new Set<string>()
  /** Deliveries that were due during a cut. */
  #held: (() => void)[] = []

  constructor(scheduler: DeliveryScheduler, limits: Partial<LinkLimits> = {}) {
    this.#scheduler = scheduler
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /** Makes a kernel's transport. An id is used once. */
  transport(self: KernelId): MemoryTransport {
    if (this.exists(self)) throw new RangeError(`kernel ${self} exists already: an id is used once`)
    const transport = new MemoryTransport(self, this, this.#limits)
    this.#transports.set(self, transport)
    return transport
  }

  /** From now on nothing passes between `a` and `b`; what is underway waits, as it would on any reliable link. */
  cut(a: KernelId, b: KernelId): void {
    this.#cuts.add(edge(a, b))
  }

  /** Ends a cut; what waited gets a new time of arrival. */
  heal(a: KernelId, b: KernelId): void {
    this.#cuts.delete(edge(a, b))
    const held = this.#held
    this.#held = []
    for (const again of held) again()
  }

  /** Has `to` receive something that no correct kernel sends, after all that `from` has sent it in the control lane so far. */
  damage(from: KernelId, to: KernelId): void {
    this.lanes(from, to).control.damage()
  }

  /** The kernel is gone, with everything underway to and from it. Nobody is told: that is the monitor's task. */
  lose(kernel: KernelId): void {
    if (this.#transports.delete(kernel)) this.#lost.add(kernel)
  }

  /** Is there such a kernel, or was there? One that is lost looks alive to others until the monitor speaks. */
  exists(kernel: KernelId): boolean {
    return this.#transports.has(kernel) || this.#lost.has(kernel)
  }

  /** @internal The two lanes from one kernel to another. */
  lanes(from: KernelId, to: KernelId): Lanes {
    const key = `${from}→${to}`
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane = (priority: Priority): MemoryLane =>
      new MemoryLane({
        from,
        to,
        priority,
        limits: this.#limits,
        dispatch: (sent, byteLength) => this.#dispatch(sent, byteLength),
        wakeSender: () => this.#transports.get(from)?.arrived(),
      })
    const lanes = { control: lane('control'), bulk: lane('bulk') }
    this.#lanes.set(key, lanes)
    return lanes
  }

  #dispatch(lane: MemoryLane, byteLength: number): void {
    const { from, to, priority } = lane
    if (!this.#transports.has(from) || !this.#transports.has(to)) return
    this.#scheduler.schedule({ from, to, priority, byteLength, deliver: () => this.#deliver(lane, byteLength) })
  }

  #deliver(lane: MemoryLane, byteLength: number): void {
    const receiver = this.#transports.get(lane.to)
    if (receiver === undefined || !this.#transports.has(lane.from)) return
    if (this.#cuts.has(edge(lane.from, lane.to))) {
      this.#held.push(() => this.#dispatch(lane, byteLength))
      return
    }
    lane.arrive()
    receiver.reach(lane.from)
    receiver.arrived()
  }
}

const edge = (a: KernelId, b: KernelId): string => `${Math.min(a, b)}–${Math.max(a, b)}`

/** A kernel's links in a {@link MemoryNetwork}. Made by {@link MemoryNetwork.transport}. */
export class MemoryTransport extends LaneTransport {
  readonly #network: MemoryNetwork
  readonly #limits: LinkLimits

  constructor(self: KernelId, network: MemoryNetwork, limits: LinkLimits) {
    super(self)
    this.#network = network
    this.#limits = limits
  }

  /** Something has arrived from `peer`: its link is up. */
  reach(peer: KernelId): void {
    if (!this.closed) this.open(this.link(peer))
  }

  /** There is something to poll for. */
  arrived(): void {
    this.wake()
  }

  protected create(peer: KernelId): LaneLink {
    const { control, bulk } = this.#network.lanes(this.self, peer)
    const outgoing = { control: control.outgoing, bulk: bulk.outgoing }
    return new LaneLink({ peer, maxMessageBytes: this.#limits.maxMessageBytes, outgoing, wakeSelf: this.wake })
  }

  protected open(link: LaneLink): void {
    if (link.state !== 'connecting') return
    const { peer } = link
    if (!this.#network.exists(peer) || peer === this.self) {
      link.die({ code: 'unreachable', detail: `there is no kernel ${peer} to link with` })
      return
    }
    const { control, bulk } = this.#network.lanes(peer, this.self)
    link.attach({
      incoming: { control: control.incoming, bulk: bulk.incoming },
      wakePeer: () => undefined, // deliveries do
      dispose: () => undefined,
    })
  }

  protected arm(): void {
    // Deliveries always call `arrived`.
  }

  protected disarm(): void {
    // As above.
  }
}
