import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { KernelId } from '../kernel-id.js'
import { BELL_BYTES } from './doorbell.js'
import type { RingOffer, RingPair } from './endpoint.js'
import { ringBytes } from './layout.js'

/** Hands an offer to its kernel; `transfer` is the transfer list of `postMessage`. */
export type DeliverOffer = (offer: RingOffer, transfer: MessagePort[]) => void

/** Sizes of rings, in bytes, each a power of two. A link has two of each. */
export interface RingSizes {
  /** @default 65,536 */
  readonly controlBytes?: number
  /** @default 1,048,576 */
  readonly bulkBytes?: number
}

interface Subscriber {
  readonly bell: SharedArrayBuffer
  readonly deliver: DeliverOffer
  readonly links: Set<KernelId>
}

/**
 * Makes the rings between kernels of one operating-system process, when one of them first asks. Belongs to whoever starts the kernels.
 */
export class RingExchange {
  readonly #controlBytes: number
  readonly #bulkBytes: number
  readonly #subscribers = new Map<KernelId, Subscriber>()

  constructor({ controlBytes = 64 * 1024, bulkBytes = 1024 * 1024 }: RingSizes = {}) {
    this.#controlBytes = ringBytes(controlBytes)
    this.#bulkBytes = ringBytes(bulkBytes)
  }

  /** Number of links that were made and whose kernels are both here. */
  get links(): number {
    let ends = 0
    for (const { links } of this.#subscribers.values()) ends += links.size
    return ends / 2
  }

  /** Makes `kernel` reachable. Returns its bell: give it to its `RingTransport`. */
  register(kernel: KernelId, deliver: DeliverOffer): SharedArrayBuffer {
    if (this.#subscribers.has(kernel))
      throw new RangeError(`kernel ${kernel} is registered already: an id is used once`)
    const bell = new SharedArrayBuffer(BELL_BYTES)
    this.#subscribers.set(kernel, { bell, deliver, links: new Set() })
    return bell
  }

  /** `kernel` is gone. Its links are ended by the monitor's word to their other sides, not from here. */
  unregister(kernel: KernelId): void {
    this.#subscribers.delete(kernel)
    for (const { links } of this.#subscribers.values()) links.delete(kernel)
  }

  /** `from` wants a link to `to`. Both get their endpoints, unless they have them already. */
  request(from: KernelId, to: KernelId): void {
    const asker = this.#subscribers.get(from)
    if (asker === undefined || asker.links.has(to)) return
    const peer = this.#subscribers.get(to)
    if (peer === undefined || from === to) {
      asker.deliver({ kind: 'refusal', peer: to, detail: `there is no kernel ${to} to link with` }, [])
      return
    }
    asker.links.add(to)
    peer.links.add(from)
    this.#connect(from, asker, to, peer)
  }

  #connect(a: KernelId, sideA: Subscriber, b: KernelId, sideB: Subscriber): void {
    const { port1, port2 } = new MessageChannel()
    const toB = this.#pair()
    const toA = this.#pair()
    sideA.deliver({ kind: 'endpoint', peer: b, peerBell: sideB.bell, port: port1, outgoing: toB, incoming: toA }, [
      port1,
    ])
    sideB.deliver({ kind: 'endpoint', peer: a, peerBell: sideA.bell, port: port2, outgoing: toA, incoming: toB }, [
      port2,
    ])
  }

  #pair(): RingPair {
    return { control: new SharedArrayBuffer(this.#controlBytes), bulk: new SharedArrayBuffer(this.#bulkBytes) }
  }
}
