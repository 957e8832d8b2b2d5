import type { KernelId } from '../kernel-id.js'
import { LaneLink } from '../link/lane-link.js'
import { LaneTransport } from '../link/lane-transport.js'
import { DEFAULT_LIMITS, type LinkLimits } from '../link/link.js'
import { PRIORITIES } from '../link/priority.js'
import { Bell, RemoteBell } from './doorbell.js'
import type { RingBroker, RingEndpoint, RingOffer } from './endpoint.js'
import { RingIncoming } from './incoming.js'
import { RecordKind } from './layout.js'
import { RingOutgoing } from './outgoing.js'
import { RingProducer } from './producer.js'

/** What a kernel needs to exchange messages through rings. */
export interface RingTransportOptions {
  readonly self: KernelId
  /** What `RingExchange.register` returned. */
  readonly bell: SharedArrayBuffer
  readonly broker: RingBroker
  /** Do open links keep the isolate's event loop alive? A kernel's do, a supervisor's need not. @default true */
  readonly keepAlive?: boolean
  /** @default {@link DEFAULT_LIMITS} */
  readonly limits?: Partial<LinkLimits>
}

interface RingLink {
  readonly link: LaneLink
  readonly outgoing: Readonly<Record<'control' | 'bulk', RingOutgoing>>
}

/**
 * Links through byte rings in shared memory, between isolates of one operating-system process. A link opens when it is
 * first asked for: the broker is asked once, and both sides get their endpoints by {@link RingTransport.accept}.
 */
export class RingTransport extends LaneTransport {
  readonly #bell: Bell
  readonly #broker: RingBroker
  readonly #keepAlive: boolean
  readonly #limits: LinkLimits
  /** Links that wait for their endpoint. */
  readonly #opening = new Map<KernelId, RingLink>()

  constructor({ self, bell, broker, keepAlive = true, limits = {} }: RingTransportOptions) {
    super(self)
    this.#bell = new Bell(bell)
    this.#broker = broker
    this.#keepAlive = keepAlive
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /** Takes what the exchange hands out. To be called with every {@link RingOffer} that reaches this kernel. */
  accept(offer: RingOffer): void {
    if (this.closed) {
      if (offer.kind === 'endpoint') endAtOnce(offer)
      return
    }
    const link = this.link(offer.peer)
    if (offer.kind === 'refusal') link.die({ code: 'unreachable', detail: offer.detail })
    else this.#attach(offer)
  }

  protected create(peer: KernelId): LaneLink {
    const outgoing = { control: new RingOutgoing(peer, this.#limits), bulk: new RingOutgoing(peer, this.#limits) }
    const { maxMessageBytes } = this.#limits
    const link = new LaneLink({ peer, maxMessageBytes, outgoing, wakeSelf: this.wake })
    this.#opening.set(peer, { link, outgoing })
    return link
  }

  protected open(link: LaneLink): void {
    this.#broker.request(link.peer)
  }

  protected arm(): void {
    this.#bell.arm()
  }

  protected disarm(): void {
    this.#bell.disarm()
  }

  #attach(endpoint: RingEndpoint): void {
    const { peer, peerBell, port, incoming } = endpoint
    const opening = this.#opening.get(peer)
    this.#opening.delete(peer)
    if (opening === undefined || opening.link.state !== 'connecting') {
      endAtOnce(endpoint)
      return
    }
    port.on('message', this.wake)
    if (!this.#keepAlive) port.unref()
    opening.outgoing.control.attach(endpoint.outgoing.control)
    opening.outgoing.bulk.attach(endpoint.outgoing.bulk)
    const bell = new RemoteBell(peerBell, port)
    const wakePeer = (): void => bell.ring()
    const { maxMessageBytes } = this.#limits
    opening.link.attach({
      incoming: {
        control: new RingIncoming('control', maxMessageBytes, incoming.control, wakePeer),
        bulk: new RingIncoming('bulk', maxMessageBytes, incoming.bulk, wakePeer),
      },
      wakePeer,
      dispose: () => port.close(),
    })
  }
}

/** This side's link was closed before it was up: the other side, whose link comes up now, finds it closed. */
function endAtOnce({ outgoing, peerBell, port }: RingEndpoint): void {
  for (const priority of PRIORITIES) new RingProducer(outgoing[priority]).close(RecordKind.closed)
  new RemoteBell(peerBell, port).ring()
  port.close()
}
