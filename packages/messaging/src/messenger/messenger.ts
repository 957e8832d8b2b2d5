import { EventEmitter } from 'eventemitter3'
import type { MessageType, RequestType } from '../declare/protocol.js'
import { PeerDownError, ReentrantPollError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import type { LaneLink } from '../link/lane-link.js'
import { describeDown, type DownReason, type Link } from '../link/link.js'
import { controlShare, type Priority } from '../link/priority.js'
import type { Transport } from '../link/transport.js'
import type { MessagingLog } from '../log.js'
import { loopback } from '../ring/loopback.js'
import { headOf, Kind } from './frame.js'
import { Inbox } from './inbox.js'
import { Outbox, type BeforeSend } from './outbox.js'
import type { Peer } from './peer.js'
import { RequestTable, type OpenRequest, type RequestCallback } from './requests.js'
import { TrafficCounter, type TrafficReport } from './traffic.js'
import { TypeTable, type MessageHandler, type RequestHandler } from './type-table.js'

/** What a messenger works with. */
export interface MessengerOptions {
  readonly transport: Transport
  readonly log: MessagingLog
}

/** Emitted inside `poll` only. */
export interface MessengerEvents {
  /**
   * The link to a peer is down, for ever. Every message of it has been handled, and the requests to it have failed.
   */
  peerDown: (peer: KernelId, reason: DownReason) => void
  /** A peer that was not writable is again. */
  drain: (peer: KernelId, priority: Priority) => void
}

/**
 * Typed messages and requests of one kernel. Handlers, callbacks and events run inside {@link Messenger.poll} only, and one that
 * throws is logged.
 */
export class Messenger {
  readonly self: KernelId
  readonly events = new EventEmitter<MessengerEvents>()
  readonly #transport: Transport
  readonly #log: MessagingLog
  readonly #loopback: LaneLink
  /** Whose message was received last: most often the next one's sender too. */
  #latest: Peer
  readonly #peers = new Map<KernelId, Peer>()
  readonly #types = new TypeTable()
  readonly #requests = new RequestTable()
  readonly #outbox = new Outbox()
  readonly #inbox: Inbox
  /** Correlation numbers of requests that were made when their peer was already down. */
  #stillborn: number[] = []
  /** May the loopback have something? Asking it costs more, and `pending` is asked all the time. */
  #hasOwn = false
  #polling = false
  #parked = false
  #rung: () => void = () => undefined
  /** Callbacks and events of this poll that were not messages. */
  #told = 0

  constructor({ transport, log }: MessengerOptions) {
    this.self = transport.self
    this.#transport = transport
    this.#log = log
    this.#inbox = new Inbox({
      self: this.self,
      types: this.#types,
      requests: this.#requests,
      outbox: this.#outbox,
      log,
    })
    this.#loopback = loopback(this.self, () => {
      this.#hasOwn = true
      this.#wake()
    })
    this.#latest = this.#adopt(this.#loopback)
    transport.events.on('link', (link) => this.#adopt(link))
    transport.events.on('doorbell', () => {
      this.#parked = false
      this.#rung()
    })
  }

  /**
   * Sends a one-way message. To a peer that is down it goes nowhere: `peerDown` told so, or will.
   *
   * @throws FieldValueError, MessageTooLargeError, LinkFullError: nothing was sent.
   */
  send<M>(to: KernelId, type: MessageType<M>, message: M): void {
    const entry = this.#types.entry(type)
    const peer = this.#peer(to)
    const head = headOf(type.code, Kind.message)
    entry.traffic.sent(this.#outbox.send(peer, head, 0, type.priority, type.codec, message))
  }

  /**
   * Sends a request. `callback` is called once, with the reply or with the error that ended it: `PeerDownError`, `RequestFailedError`.
   * There is no time limit while the peer lives.
   *
   * @throws FieldValueError, MessageTooLargeError, LinkFullError: nothing was sent, and `callback` is not called.
   */
  request<Q, R>(to: KernelId, type: RequestType<Q, R>, query: Q, callback: RequestCallback<R>): void {
    const entry = this.#types.entry(type)
    const peer = this.#peer(to)
    // The table holds requests of every type; take() gives each back to the codec and callback it came with.
    const correlation = this.#requests.open({ to, type, callback } as unknown as OpenRequest)
    try {
      const head = headOf(type.code, Kind.request)
      entry.traffic.sent(this.#outbox.send(peer, head, correlation, type.priority, type.codec, query))
    } catch (error) {
      this.#requests.take(correlation)
      throw error
    }
    if (peer.link.state === 'down') {
      this.#stillborn.push(correlation)
      this.#wake()
    }
  }

  /**
   * Has `hook` called before each message, replies too, so that it can send another one ahead of it in the same lane: what a peer must know
   * first. What it sends is accepted however full the lane is, as replies are.
   */
  beforeSend(hook: BeforeSend): void {
    this.#outbox.beforeSend = hook
  }

  /** Sets the handler of a one-way message. Register every handler before the first `poll`. */
  on<M>(type: MessageType<M>, handler: MessageHandler<M>): void {
    this.#types.handle(type, handler as MessageHandler<unknown>)
  }

  /** Sets the handler of a request. */
  serve<Q, R>(type: RequestType<Q, R>, handler: RequestHandler<Q, R>): void {
    this.#types.handle(type, handler as RequestHandler<unknown, unknown>)
  }

  /**
   * Dispatches at most `budget` messages (give at least 16, so that bulk messages get their share). Returns how many times a handler, callback
   * or listener may have been called: 0 if nothing happened.
   */
  poll(budget: number): number {
    if (this.#polling) throw new ReentrantPollError()
    this.#polling = true
    this.#told = 0
    try {
      if (this.#stillborn.length > 0) this.#failStillborn()
      // Half the budget at most: a handler that keeps sending to its own kernel must not shut the others out.
      const own = this.#hasOwn ? this.#pollLoopback(budget >>> 1 || 1) : 0
      return own + this.#transport.poll(budget - own, this.#receive) + this.#told
    } finally {
      this.#polling = false
    }
  }

  /** Is there something for `poll`? Takes some ten nanoseconds per peer. */
  get pending(): boolean {
    return this.#hasOwn || this.#stillborn.length > 0 || this.#transport.pending
  }

  /** Number of requests without an answer. */
  get openRequests(): number {
    return this.#requests.size
  }

  /** Opens the link to a peer before the first message needs it. */
  connect(peer: KernelId): void {
    this.#peer(peer)
  }

  /** May a producer of many messages go on? When not, wait for `drain`, or for `peerDown`: a peer that is down never drains. */
  writable(to: KernelId, priority: Priority): boolean {
    return this.#peer(to).link.writable(priority)
  }

  /** The monitor says that `peer` is dead: what has arrived from it is handled, then `peerDown`. */
  peerDied(peer: KernelId, detail: string): void {
    this.#transport.peerDied(peer, detail)
  }

  /** Arms the doorbell if there is nothing to do; see {@link Transport.park}. */
  park(): boolean {
    if (this.#hasOwn || this.#stillborn.length > 0) return false
    this.#parked = this.#transport.park()
    return this.#parked
  }

  /** Disarms the doorbell. */
  unpark(): void {
    this.#parked = false
    this.#transport.unpark()
  }

  /**
   * Has `rung` called when there is something to poll for while the kernel is parked. There is one such listener. When it is a host callback's own
   * message that wakes the kernel, it is called before `send` or `request` returns.
   */
  onDoorbell(rung: () => void): void {
    this.#rung = rung
  }

  /** What has crossed so far. */
  traffic(): TrafficReport {
    const peers = new Map([...this.#peers].map(([id, { traffic }]) => [id, traffic.snapshot()]))
    return { peers, types: this.#types.traffic() }
  }

  /** Closes every link. Open requests fail now. */
  close(): void {
    this.unpark()
    this.#transport.close()
    this.#loopback.close({ code: 'closed', detail: `kernel ${this.self} closed its messenger` })
    this.#hasOwn = false
    for (const request of this.#requests.takeAll()) this.#fail(request, 'this kernel closed its messenger')
  }

  #peer(id: KernelId): Peer {
    return this.#peers.get(id) ?? this.#adopt(this.#transport.connect(id))
  }

  #adopt(link: Link): Peer {
    const known = this.#peers.get(link.peer)
    if (known !== undefined) return known
    const peer = { id: link.peer, link, traffic: new TrafficCounter() }
    this.#peers.set(peer.id, peer)
    link.events.on('down', (reason) => this.#down(peer, reason))
    link.events.on('drain', (priority) => this.#emit(() => this.events.emit('drain', peer.id, priority)))
    return peer
  }

  #pollLoopback(budget: number): number {
    this.#loopback.flush()
    const control = this.#loopback.poll('control', controlShare(budget), this.#receive)
    const bulk = this.#loopback.poll('bulk', budget - control, this.#receive)
    if (this.#loopback.conclude()) this.#endLoopback()
    else this.#hasOwn = this.#loopback.pending
    return control + bulk
  }

  /** Only a fault of this kernel's own code leads here: it does not understand itself. */
  #endLoopback(): void {
    this.#hasOwn = false
    this.#loopback.dispose()
    this.#loopback.tellDown()
  }

  readonly #receive = (link: Link, view: DataView, at: number, end: number): void => {
    if (link !== this.#latest.link) this.#latest = this.#adopt(link)
    this.#inbox.receive(this.#latest, view, at, end)
  }

  #down(peer: Peer, reason: DownReason): void {
    if (reason.code === 'malformed' || reason.code === 'rejected') {
      this.#log.warn('a link was closed', { kernel: this.self, peer: peer.id, reason: describeDown(reason) })
    }
    for (const request of this.#requests.takeAll(peer.id)) this.#fail(request, describeDown(reason))
    this.#emit(() => this.events.emit('peerDown', peer.id, reason))
  }

  #failStillborn(): void {
    const numbers = this.#stillborn
    this.#stillborn = []
    for (const correlation of numbers) {
      const request = this.#requests.take(correlation)
      if (request === null) continue // failed meanwhile by its peer's `down`
      const reason = this.#peers.get(request.to)?.link.downReason
      this.#fail(request, reason == null ? 'down' : describeDown(reason))
    }
  }

  #fail(request: OpenRequest, why: string): void {
    const { to, type, callback } = request
    this.#told++
    try {
      callback(new PeerDownError(to, type.name, why), undefined)
    } catch (error) {
      this.#log.error('a request callback threw', { type: type.name, to, error })
    }
  }

  /** What a host callback sends while the kernel is parked may be for the kernel itself. */
  #wake(): void {
    if (!this.#parked) return
    this.unpark()
    this.#rung()
  }

  #emit(emit: () => void): void {
    this.#told++
    try {
      emit()
    } catch (error) {
      this.#log.error("a messenger's listener threw", { kernel: this.self, error })
    }
  }
}
