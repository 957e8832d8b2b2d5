import type { MessageType, RequestType } from '../declare/protocol.js'
import { ProtocolDeclarationError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import { TrafficCounter, type Traffic } from './traffic.js'

/** Any declared type. */
export type AnyType = MessageType<unknown> | RequestType<unknown, unknown>

/** Receives a one-way message. */
export type MessageHandler<M> = (from: KernelId, message: M) => void

/** Answers a request. */
export type Reply<R> = (reply: R) => void

/** Refuses to answer a request: the requester's callback gets a `RequestFailedError` with the reason `why`. */
export type Fail = (why: string) => void

/**
 * Receives a request, and calls `reply` or `fail` once, now or later. If it throws before it has, the request fails with that error's
 * message.
 */
export type RequestHandler<Q, R> = (from: KernelId, query: Q, reply: Reply<R>, fail: Fail) => void

/** What a messenger knows of one message type. */
export interface TypeEntry {
  readonly type: AnyType
  handler: MessageHandler<unknown> | RequestHandler<unknown, unknown> | null
  readonly traffic: TrafficCounter
  readonly replyTraffic: TrafficCounter
}

/** The message types that a messenger has met, found by their code in two array steps. */
export class TypeTable {
  readonly #byProtocol: (TypeEntry | undefined)[][] = []

  /** The type's entry, made at its first use. */
  entry(type: AnyType): TypeEntry {
    const known = this.find(type.code)
    if (known === undefined) return this.#add(type)
    if (known.type !== type) {
      throw new ProtocolDeclarationError(
        `${type.name} and ${known.type.name} have the same ids: protocol ids are unique in the system, give one another`,
      )
    }
    return known
  }

  /** The entry for a code on the wire. */
  find(code: number): TypeEntry | undefined {
    return this.#byProtocol[code & 0xff]?.[code >>> 8]
  }

  /** Sets a type's one handler. */
  handle(type: AnyType, handler: NonNullable<TypeEntry['handler']>): void {
    const entry = this.entry(type)
    if (entry.handler !== null)
      throw new ProtocolDeclarationError(`${type.name} has a handler already: one service serves it`)
    entry.handler = handler
  }

  traffic(): Map<string, Traffic> {
    const report = new Map<string, Traffic>()
    for (const entries of this.#byProtocol) {
      for (const entry of entries ?? []) {
        if (entry === undefined) continue
        report.set(entry.type.name, entry.traffic.snapshot())
        if (entry.type.kind === 'request') report.set(`${entry.type.name} reply`, entry.replyTraffic.snapshot())
      }
    }
    return report
  }

  #add(type: AnyType): TypeEntry {
    const entry = { type, handler: null, traffic: new TrafficCounter(), replyTraffic: new TrafficCounter() }
    const entries = (this.#byProtocol[type.code & 0xff] ??= [])
    const other = entries.find((known) => known !== undefined)?.type.protocol ?? type.protocol
    if (other !== type.protocol) {
      throw new ProtocolDeclarationError(
        `the protocols ${type.protocol} and ${other} have the same id ${type.code & 0xff}: give one another`,
      )
    }
    entries[type.code >>> 8] = entry
    return entry
  }
}
