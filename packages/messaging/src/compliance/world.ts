import type { KernelId } from '../kernel-id.js'
import type { DownReason, Link } from '../link/link.js'
import { PRIORITIES, type Priority } from '../link/priority.js'
import type { Transport } from '../link/transport.js'
import type { Assertions, ComplianceNetwork } from './fixture.js'

/** Everything arrives within so many turns, by the fixture's promise. */
const PATIENCE = 2000

/** What one kernel has seen of one peer. */
interface Seen {
  /** Numbers of the messages that were received, per lane, in order. */
  readonly numbers: Record<Priority, number[]>
  /** Lanes of all messages in the order of arrival. */
  readonly lanes: Priority[]
  readonly downs: DownReason[]
  readonly drains: Priority[]
}

/** Sends numbered messages between the kernels of a network and notes what arrives. */
export class World {
  readonly network: ComplianceNetwork
  readonly #t: Assertions
  readonly #seen = new Map<string, Seen>()
  readonly #next = new Map<string, number>()
  readonly #watched = new Set<Link>()
  /** Called with each message that arrives. */
  onMessage: (link: Link, to: KernelId) => void = () => undefined

  constructor(t: Assertions, network: ComplianceNetwork) {
    this.#t = t
    this.network = network
    for (const transport of network.transports) {
      transport.events.on('link', (link) => this.#watch(link, transport.self))
    }
  }

  transport(kernel: KernelId): Transport {
    const transport = this.network.transports[kernel - 1]
    if (transport.self !== kernel) throw new Error(`the fixture's transport ${kernel} is of kernel ${transport.self}`)
    return transport
  }

  link(from: KernelId, to: KernelId): Link {
    return this.transport(from).connect(to)
  }

  /**
   * Sends the lane's next message, of `byteLength` bytes (4 or more): now written in place, now not, now after some memory was claimed and left.
   * Returns its number.
   */
  send(
    from: KernelId,
    to: KernelId,
    priority: Priority,
    byteLength: number,
    as: 'send' | 'sendReply' = 'send',
  ): number {
    const key = `${from}>${to}:${priority}`
    const number = this.#next.get(key) ?? 0
    const link = this.link(from, to)
    const message = numbered(number, byteLength)
    const slot = number % 3 === 0 ? null : link.claim(priority, byteLength + (number % 5))
    slot?.bytes.fill(0xff, slot.at, slot.at + byteLength)
    if (slot !== null && number % 3 === 1) {
      slot.bytes.set(message, slot.at)
      link.commit(priority, byteLength)
    } else link[as](priority, message, byteLength)
    this.#next.set(key, number + 1)
    return number
  }

  /** How many messages were sent. */
  sent(from: KernelId, to: KernelId, priority: Priority): number {
    return this.#next.get(`${from}>${to}:${priority}`) ?? 0
  }

  /** What `kernel` has seen of `peer`. */
  seen(kernel: KernelId, peer: KernelId): Seen {
    const key = `${kernel}<${peer}`
    let seen = this.#seen.get(key)
    if (seen === undefined) {
      seen = { numbers: { control: [], bulk: [] }, lanes: [], downs: [], drains: [] }
      this.#seen.set(key, seen)
    }
    return seen
  }

  poll(kernel: KernelId, budget = 64): number {
    return this.transport(kernel).poll(budget, (link, view, at, end, priority) => {
      this.#receive(kernel, link, view, at, end, priority)
    })
  }

  /** Nobody polls, but everything that was sent arrives. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < PATIENCE; turn++) await this.network.turn()
  }

  /** Everybody polls until `done`; fails the test if that takes too long. */
  async until(what: string, done: () => boolean): Promise<void> {
    for (let turn = 0; turn < 20 * PATIENCE; turn++) {
      if (done()) return
      for (const { self } of this.network.transports) this.poll(self)
      await this.network.turn()
    }
    this.#t.true(done(), `never happened: ${what}`)
  }

  /** What was sent on each lane has been received: all of it, once, in order. */
  async untilAllReceived(edges: readonly (readonly [KernelId, KernelId])[]): Promise<void> {
    await this.until('everything received', () =>
      edges.every(([from, to]) =>
        PRIORITIES.every((priority) => this.seen(to, from).numbers[priority].length >= this.sent(from, to, priority)),
      ),
    )
    for (const [from, to] of edges) {
      for (const priority of PRIORITIES) {
        this.#t.is(this.seen(to, from).numbers[priority].length, this.sent(from, to, priority))
      }
      this.assertUnbroken(from, to)
    }
  }

  /** What has arrived is an unbroken beginning of each lane. */
  assertUnbroken(from: KernelId, to: KernelId): void {
    for (const priority of PRIORITIES) {
      const { [priority]: numbers } = this.seen(to, from).numbers
      this.#t.deepEqual(numbers, [...numbers.keys()], `${priority} messages from ${from} to ${to}`)
    }
  }

  #watch(link: Link, kernel: KernelId): void {
    this.#t.true(!this.#watched.has(link), `link ${kernel}–${link.peer} announced twice`)
    this.#watched.add(link)
    const seen = this.seen(kernel, link.peer)
    link.events.on('down', (reason) => seen.downs.push(reason))
    link.events.on('drain', (priority) => seen.drains.push(priority))
  }

  #receive(kernel: KernelId, link: Link, view: DataView, at: number, end: number, priority: Priority): void {
    const seen = this.seen(kernel, link.peer)
    this.#t.true(this.#watched.has(link), 'a message before its link was announced')
    this.#t.is(seen.downs.length, 0, 'a message after the link was down')
    this.#t.is((view.byteOffset + at) % 8, 0, 'a message that does not begin at a multiple of eight')
    const number = view.getUint32(at, true)
    this.#t.true(isIntact(new Uint8Array(view.buffer, view.byteOffset + at, end - at), number), `message ${number}`)
    seen.numbers[priority].push(number)
    seen.lanes.push(priority)
    this.onMessage(link, kernel)
  }
}

/** A message that tells its number, and by its bytes whether it is whole. */
function numbered(number: number, byteLength: number): Uint8Array {
  const message = new Uint8Array(byteLength)
  for (let i = 4; i < byteLength; i++) message[i] = byteOf(number, i)
  new DataView(message.buffer).setUint32(0, number, true)
  return message
}

function isIntact(message: Uint8Array, number: number): boolean {
  for (let i = 4; i < message.length; i++) if (message[i] !== byteOf(number, i)) return false
  return true
}

const byteOf = (number: number, index: number): number => (number * 31 + index * 7 + (index >>> 8)) & 0xff
