import { EventEmitter } from 'eventemitter3'
import type { Codec } from '../declare/codec.js'
import type { MessageType, RequestType } from '../declare/protocol.js'
import { AlreadyRepliedError, PeerDownError, ReentrantPollError, RequestFailedError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import type { LaneLink } from '../link/lane-link.js'
import { describeDown, type DownReason, type Link } from '../link/link.js'
import type { Priority } from '../link/priority.js'
import type { Transport } from '../link/transport.js'
import type { MessagingLog } from '../log.js'
import { loopback } from '../ring/loopback.js'
import { encodeMessage, failureCodec, FRAME_BYTES, headOf, isAnswer, Kind, Scratch } from './frame.js'
import { RequestTable, type OpenRequest, type RequestCallback } from './requests.js'
import { TrafficCounter, type TrafficReport } from './traffic.js'
import { TypeTable, type MessageHandler, type RequestHandler, type TypeEntry } from './type-table.js'

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

/** Called before a message goes to `peer` in this lane. What it sends there goes first, and calls it again. */
export type BeforeSend = (peer: KernelId, priority: Priority) => void

interface Peer {
  readonly id: KernelId
  readonly link: Link
  readonly traffic: TrafficCounter
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
  readonly #scratch = new Scratch()
  /** Correlation numbers of requests that were made when their peer was already down. */
  #stillborn: number[] = []
  /** Types that nobody serves and the log knows of. */
  readonly #unservedCodes = new Set<number>()
  /** Messages to this kernel itself that it has not received yet. */
  #ownWaiting = 0
  #polling = false
  #beforeSend: BeforeSend | null = null

  constructor({ transport, log }: MessengerOptions) {
    this.self = transport.self
    this.#transport = transport
    this.#log = log
    this.#loopback = loopback(this.self)
    this.#latest = this.#adopt(this.#loopback)
    transport.events.on('link', (link) => this.#adopt(link))
  }

  /**
   * Sends a one-way message. To a peer that is down it goes nowhere: `peerDown` told so, or will.
   *
   * @throws FieldValueError, MessageTooLargeError, LinkFullError: nothing was sent.
   */
  send<M>(to: KernelId, type: MessageType<M>, message: M): void {
    const entry = this.#types.entry(type)
    const peer = this.#peer(to)
    this.#beforeSend?.(to, type.priority)
    entry.traffic.sent(this.#transmit(peer, headOf(type.code, Kind.message), 0, type.priority, type.codec, message))
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
    this.#beforeSend?.(to, type.priority)
    // The table holds requests of every type; take() gives each back to the codec and callback it came with.
    const correlation = this.#requests.open({ to, type, callback } as unknown as OpenRequest)
    try {
      const head = headOf(type.code, Kind.request)
      entry.traffic.sent(this.#transmit(peer, head, correlation, type.priority, type.codec, query))
    } catch (error) {
      this.#requests.take(correlation)
      throw error
    }
    if (peer.link.state === 'down') this.#stillborn.push(correlation)
  }

  /**
   * Has `hook` called before each message, so that it can send another one ahead of it in the same lane: what a peer must know first.
   */
  beforeSend(hook: BeforeSend): void {
    this.#beforeSend = hook
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
   * Dispatches at most `budget` messages (give at least 8, so that bulk messages get their share). Returns their number.
   */
  poll(budget: number): number {
    if (this.#polling) throw new ReentrantPollError()
    this.#polling = true
    try {
      if (this.#stillborn.length > 0) this.#failStillborn()
      // Half the budget at most: a handler that keeps sending to its own kernel must not shut the others out.
      const own = this.#ownWaiting > 0 ? this.#pollLoopback(budget >>> 1 || 1) : 0
      return own + this.#transport.poll(budget - own, this.#receive)
    } finally {
      this.#polling = false
    }
  }

  /** Is there something for `poll`? Takes some ten nanoseconds per peer. */
  get pending(): boolean {
    return this.#ownWaiting > 0 || this.#stillborn.length > 0 || this.#transport.pending
  }

  /** Number of requests without an answer. */
  get openRequests(): number {
    return this.#requests.size
  }

  /** Opens the link to a peer before the first message needs it. */
  connect(peer: KernelId): void {
    this.#peer(peer)
  }

  /** May a producer of many messages go on? When not, wait for `drain`. */
  writable(to: KernelId, priority: Priority): boolean {
    return this.#peer(to).link.writable(priority)
  }

  /** The monitor says that `peer` is dead: what has arrived from it is handled, then `peerDown`. */
  peerDied(peer: KernelId, detail: string): void {
    this.#transport.peerDied(peer, detail)
  }

  /** Arms the doorbell if there is nothing to do; see {@link Transport.park}. */
  park(): boolean {
    if (this.#ownWaiting > 0 || this.#stillborn.length > 0) return false
    return this.#transport.park()
  }

  /** Disarms the doorbell. */
  unpark(): void {
    this.#transport.unpark()
  }

  /** Has `rung` called when a message comes for the parked kernel. */
  onDoorbell(rung: () => void): void {
    this.#transport.events.on('doorbell', rung)
  }

  /** What has crossed so far. */
  traffic(): TrafficReport {
    const peers = new Map([...this.#peers].map(([id, { traffic }]) => [id, traffic.snapshot()]))
    return { peers, types: this.#types.traffic() }
  }

  /** Closes every link. Open requests fail now. */
  close(): void {
    this.#transport.close()
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

  /** Encodes and sends, in the link's own memory if it has some to give. Returns the message's size. */
  #transmit<T>(
    { link, traffic }: Peer,
    head: number,
    correlation: number,
    priority: Priority,
    codec: Codec<T>,
    value: T,
  ): number {
    const bound = FRAME_BYTES + codec.bound(value)
    const slot = link.claim(priority, bound)
    let size: number
    if (slot !== null) {
      size = encodeMessage(slot, head, correlation, codec, value)
      link.commit(priority, size)
    } else {
      const scratch = this.#scratch
      scratch.reserve(bound)
      size = encodeMessage(scratch, head, correlation, codec, value)
      if (isAnswer(head)) link.sendReply(priority, scratch.bytes, size)
      else link.send(priority, scratch.bytes, size)
    }
    if (link === this.#loopback) this.#ownWaiting++
    traffic.sent(size)
    return size
  }

  #pollLoopback(budget: number): number {
    this.#loopback.flush()
    const control = this.#loopback.poll('control', budget, this.#receive)
    const bulk = this.#loopback.poll('bulk', budget - control, this.#receive)
    this.#loopback.conclude()
    this.#ownWaiting -= control + bulk
    return control + bulk
  }

  readonly #receive = (link: Link, view: DataView, at: number, end: number): void => {
    const peer = link === this.#latest.link ? this.#latest : (this.#latest = this.#adopt(link))
    peer.traffic.received(end - at)
    if (end - at < FRAME_BYTES) {
      this.#malformed(peer, `a message of ${end - at} bytes has no room for its header`)
      return
    }
    const head = view.getUint32(at, true)
    const correlation = view.getUint32(at + 4, true)
    const entry = this.#types.find(head & 0xffff)
    switch (head >>> 16) {
      case Kind.message:
        this.#receiveMessage(peer, head & 0xffff, entry, correlation, view, at, end)
        return
      case Kind.request:
        this.#receiveRequest(peer, head & 0xffff, entry, correlation, view, at, end)
        return
      case Kind.reply:
      case Kind.failure:
        this.#receiveAnswer(peer, head, correlation, view, at, end)
        return
      default:
        this.#malformed(peer, `a message of the unknown kind ${head >>> 16}`)
    }
  }

  #receiveMessage(
    peer: Peer,
    code: number,
    entry: TypeEntry | undefined,
    correlation: number,
    view: DataView,
    at: number,
    end: number,
  ): void {
    if (entry === undefined || entry.handler === null) {
      this.#unserved(peer, code, entry)
      return
    }
    const { type, handler } = entry
    if (type.kind !== 'message' || correlation !== 0) {
      this.#malformed(peer, `${type.name} as a one-way message with the number ${correlation}`)
      return
    }
    entry.traffic.received(end - at)
    const message = this.#decode(peer, type.codec, view, at, end)
    if (message === MALFORMED) return
    try {
      ;(handler as MessageHandler<unknown>)(peer.id, message)
    } catch (error) {
      this.#log.error('a message handler threw', { type: type.name, from: peer.id, error })
    }
  }

  #receiveRequest(
    peer: Peer,
    code: number,
    entry: TypeEntry | undefined,
    correlation: number,
    view: DataView,
    at: number,
    end: number,
  ): void {
    if (entry === undefined || entry.handler === null) {
      this.#unserved(peer, code, entry)
      this.#sendFailure(
        peer,
        code,
        'control',
        correlation,
        `kernel ${this.self} serves no request ${nameOf(code, entry)}`,
      )
      return
    }
    const { type, handler } = entry
    if (type.kind !== 'request') {
      this.#malformed(peer, `${type.name} as a request`)
      return
    }
    entry.traffic.received(end - at)
    const query = this.#decode(peer, type.codec, view, at, end)
    if (query === MALFORMED) return
    this.#serve(peer, entry, type, handler as RequestHandler<unknown, unknown>, correlation, query)
  }

  #serve(
    peer: Peer,
    entry: TypeEntry,
    type: RequestType<unknown, unknown>,
    handler: RequestHandler<unknown, unknown>,
    correlation: number,
    query: unknown,
  ): void {
    let answered = false
    const fail = (why: string): void => {
      if (answered) throw new AlreadyRepliedError(type.name)
      answered = true
      entry.replyTraffic.sent(this.#sendFailure(peer, type.code, type.priority, correlation, why))
    }
    const reply = (value: unknown): void => {
      if (answered) throw new AlreadyRepliedError(type.name)
      answered = true
      this.#reply(peer, entry, type, correlation, value)
    }
    try {
      handler(peer.id, query, reply, fail)
    } catch (error) {
      this.#log.error('a request handler threw', { type: type.name, from: peer.id, error })
      if (!answered) fail(messageOf(error))
    }
  }

  #reply(peer: Peer, entry: TypeEntry, type: RequestType<unknown, unknown>, correlation: number, value: unknown): void {
    const { code, priority, replyCodec } = type
    try {
      entry.replyTraffic.sent(this.#transmit(peer, headOf(code, Kind.reply), correlation, priority, replyCodec, value))
    } catch (error) {
      // The requester must not wait for an answer that could not be sent.
      this.#sendFailure(peer, code, priority, correlation, messageOf(error))
      throw error
    }
  }

  #receiveAnswer(peer: Peer, head: number, correlation: number, view: DataView, at: number, end: number): void {
    const request = this.#requests.peek(correlation)
    if (request === null || request.to !== peer.id || request.type.code !== (head & 0xffff)) {
      this.#malformed(peer, `an answer to a request that was not made (number ${correlation})`)
      return
    }
    const { type } = request
    this.#types.entry(type).replyTraffic.received(end - at)
    if (head >>> 16 === Kind.failure) {
      const failure = this.#decode(peer, failureCodec, view, at, end)
      if (failure === MALFORMED) return
      this.#requests.take(correlation)
      this.#call(request, new RequestFailedError(peer.id, type.name, failure.why), undefined)
      return
    }
    const reply = this.#decode(peer, type.replyCodec, view, at, end)
    if (reply === MALFORMED) return
    this.#requests.take(correlation)
    this.#call(request, null, reply)
  }

  #decode<T>(peer: Peer, codec: Codec<T>, view: DataView, at: number, end: number): T | typeof MALFORMED {
    try {
      return codec.decode(view, at + FRAME_BYTES, end)
    } catch (error) {
      this.#malformed(peer, messageOf(error))
      return MALFORMED
    }
  }

  #sendFailure(peer: Peer, code: number, priority: Priority, correlation: number, why: string): number {
    return this.#transmit(peer, headOf(code, Kind.failure), correlation, priority, failureCodec, { why })
  }

  /** A correct peer never sends this. What else it sends can't be trusted. */
  #malformed(peer: Peer, detail: string): void {
    peer.link.close({ code: 'malformed', detail })
  }

  #unserved(peer: Peer, code: number, entry: TypeEntry | undefined): void {
    if (this.#unservedCodes.has(code)) return
    this.#unservedCodes.add(code)
    this.#log.warn('a message that nobody serves', { type: nameOf(code, entry), from: peer.id, kernel: this.self })
  }

  #down(peer: Peer, reason: DownReason): void {
    if (reason.code === 'malformed') {
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
    this.#call(request, new PeerDownError(request.to, request.type.name, why), undefined)
  }

  #call({ type, to, callback }: OpenRequest, ...outcome: Parameters<RequestCallback<unknown>>): void {
    try {
      callback(...outcome)
    } catch (error) {
      this.#log.error('a request callback threw', { type: type.name, to, error })
    }
  }

  #emit(emit: () => void): void {
    try {
      emit()
    } catch (error) {
      this.#log.error("a messenger's listener threw", { kernel: this.self, error })
    }
  }
}

const MALFORMED = Symbol('malformed')

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const nameOf = (code: number, entry: TypeEntry | undefined): string =>
  entry?.type.name ?? `${code >>> 8} of protocol ${code & 0xff}`
