import { inspect } from 'node:util'
import type { Codec } from '../declare/codec.js'
import type { RequestType } from '../declare/protocol.js'
import { AlreadyRepliedError, RequestFailedError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import type { MessagingLog } from '../log.js'
import { failureCodec, FRAME_BYTES, headOf, Kind } from './frame.js'
import type { Outbox } from './outbox.js'
import type { Peer } from './peer.js'
import type { RequestTable } from './requests.js'
import type { MessageHandler, RequestHandler, TypeEntry, TypeTable } from './type-table.js'

/** What an inbox works with. */
export interface InboxParts {
  readonly self: KernelId
  readonly types: TypeTable
  readonly requests: RequestTable
  readonly outbox: Outbox
  readonly log: MessagingLog
}

/** A received message, its header read: bytes `at` … `end` of `view`. */
interface Received {
  readonly peer: Peer
  /** Number of the message type. */
  readonly code: number
  readonly correlation: number
  readonly view: DataView
  readonly at: number
  readonly end: number
}

/**
 * Decodes what is received and calls who wants it. Whatever comes, nothing is thrown: bytes that no correct kernel sends
 * close their link, and a handler's errors are logged.
 */
export class Inbox {
  readonly #self: KernelId
  readonly #types: TypeTable
  readonly #requests: RequestTable
  readonly #outbox: Outbox
  readonly #log: MessagingLog
  /** Types that nobody serves and the log knows of. */
  readonly #unserved = new Set<number>()

  constructor({ self, types, requests, outbox, log }: InboxParts) {
    this.#self = self
    this.#types = types
    this.#requests = requests
    this.#outbox = outbox
    this.#log = log
  }

  /** Handles the message that is bytes `at` … `end` of `view`. */
  receive(peer: Peer, view: DataView, at: number, end: number): void {
    try {
      this.#receive(peer, view, at, end)
    } catch (error) {
      this.#log.error('a failure could not be answered', { from: peer.id, error })
    }
  }

  #receive(peer: Peer, view: DataView, at: number, end: number): void {
    peer.traffic.received(end - at)
    if (end - at < FRAME_BYTES) {
      malformed(peer, `a message of ${end - at} bytes has no room for its header`)
      return
    }
    const head = view.getUint32(at, true)
    const received = { peer, code: head & 0xffff, correlation: view.getUint32(at + 4, true), view, at, end }
    const kind = head >>> 16
    if (kind === Kind.message) this.#message(received)
    else if (kind === Kind.request) this.#request(received)
    else if (kind === Kind.reply || kind === Kind.failure) this.#answer(received, kind)
    else malformed(peer, `a message of the unknown kind ${kind}`)
  }

  #message(received: Received): void {
    const { peer, code, correlation } = received
    const entry = this.#types.find(code)
    if (entry === undefined || entry.handler === null) {
      this.#reportUnserved(peer, code, entry)
      return
    }
    const { type, handler } = entry
    if (type.kind !== 'message' || correlation !== 0) {
      malformed(peer, `${type.name} as a one-way message with the number ${correlation}`)
      return
    }
    entry.traffic.received(received.end - received.at)
    const message = decode(received, type.codec)
    if (message === MALFORMED) return
    try {
      ;(handler as MessageHandler<unknown>)(peer.id, message)
    } catch (error) {
      this.#log.error('a message handler threw', { type: type.name, from: peer.id, error })
    }
  }

  #request(received: Received): void {
    const { peer, code, correlation } = received
    const entry = this.#types.find(code)
    if (entry === undefined || entry.handler === null) {
      this.#reportUnserved(peer, code, entry)
      const why = `kernel ${this.#self} serves no request ${nameOf(code, entry)}`
      this.#outbox.sendFailure(peer, code, 'control', correlation, why)
      return
    }
    const { type, handler } = entry
    if (type.kind !== 'request') {
      malformed(peer, `${type.name} as a request`)
      return
    }
    entry.traffic.received(received.end - received.at)
    const query = decode(received, type.codec)
    if (query !== MALFORMED) this.#serve(peer, correlation, entry, type, handler, query)
  }

  #serve(
    peer: Peer,
    correlation: number,
    entry: TypeEntry,
    type: RequestType<unknown, unknown>,
    handler: RequestHandler<unknown, unknown>,
    query: unknown,
  ): void {
    let answered = false
    const fail = (why: string): void => {
      if (answered) throw new AlreadyRepliedError(type.name)
      entry.replyTraffic.sent(this.#outbox.sendFailure(peer, type.code, type.priority, correlation, why))
      answered = true
    }
    const reply = (value: unknown): void => {
      if (answered) throw new AlreadyRepliedError(type.name)
      answered = true
      this.#reply(peer, correlation, entry, type, value)
    }
    try {
      handler(peer.id, query, reply, fail)
    } catch (error) {
      if (!answered) fail(messageOf(error))
      this.#log.error('a request handler threw', { type: type.name, from: peer.id, error })
    }
  }

  #reply(
    peer: Peer,
    correlation: number,
    { replyTraffic }: TypeEntry,
    { code, priority, replyCodec }: RequestType<unknown, unknown>,
    value: unknown,
  ): void {
    try {
      const head = headOf(code, Kind.reply)
      replyTraffic.sent(this.#outbox.send(peer, head, correlation, priority, replyCodec, value))
    } catch (error) {
      // The requester must not wait for an answer that could not be sent.
      replyTraffic.sent(this.#outbox.sendFailure(peer, code, priority, correlation, messageOf(error)))
      throw error
    }
  }

  #answer(received: Received, kind: number): void {
    const { peer, code, correlation } = received
    const request = this.#requests.peek(correlation)
    if (request === null || request.to !== peer.id || request.type.code !== code) {
      malformed(peer, `an answer to a request that was not made (number ${correlation})`)
      return
    }
    const { type, callback } = request
    this.#types.entry(type).replyTraffic.received(received.end - received.at)
    const answer = decode(received, kind === Kind.reply ? type.replyCodec : failureCodec)
    if (answer === MALFORMED) return
    this.#requests.take(correlation)
    try {
      if (kind === Kind.reply) callback(null, answer)
      else callback(new RequestFailedError(peer.id, type.name, (answer as { why: string }).why), undefined)
    } catch (error) {
      this.#log.error('a request callback threw', { type: type.name, to: peer.id, error })
    }
  }

  #reportUnserved(peer: Peer, code: number, entry: TypeEntry | undefined): void {
    if (this.#unserved.has(code)) return
    this.#unserved.add(code)
    this.#log.warn('a message that nobody serves', { type: nameOf(code, entry), from: peer.id, kernel: this.#self })
  }
}

const MALFORMED = Symbol('malformed')

function decode<T>({ peer, view, at, end }: Received, codec: Codec<T>): T | typeof MALFORMED {
  try {
    return codec.decode(view, at + FRAME_BYTES, end)
  } catch (error) {
    malformed(peer, messageOf(error))
    return MALFORMED
  }
}

/** A correct peer never sends this. What else it sends can't be trusted. */
function malformed(peer: Peer, detail: string): void {
  peer.link.close({ code: 'malformed', detail })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : inspect(error))

const nameOf = (code: number, entry: TypeEntry | undefined): string =>
  entry?.type.name ?? `${code >>> 8} of protocol ${code & 0xff}`
