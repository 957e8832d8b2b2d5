import type { KernelId } from './kernel-id.js'

/** What is wrong, for programs; the message says it for people. */
export type MessagingErrorCode =
  | 'EBADDECLARATION'
  | 'EBADFIELD'
  | 'EBADMESSAGE'
  | 'EMSGSIZE'
  | 'ENOBUFS'
  | 'EPEERDOWN'
  | 'EREQUESTFAILED'
  | 'EALREADYREPLIED'
  | 'EREENTRANT'
  | 'ECLOSED'
  | 'EMEMBERSHIP'

/** Base of all errors of this package. */
export abstract class MessagingError extends Error {
  abstract readonly code: MessagingErrorCode
  override get name(): string {
    return this.constructor.name
  }
}

/** Thrown when a protocol is declared wrongly: doubled ids, names that cannot be fields, lists of nothing. */
export class ProtocolDeclarationError extends MessagingError {
  readonly code = 'EBADDECLARATION'
}

/** Thrown to the sender when a value does not fit its declared field. Nothing was sent. */
export class FieldValueError extends MessagingError {
  readonly code = 'EBADFIELD'
  constructor(
    /** `protocol.message.field`. */
    readonly field: string,
    expected: string,
    value: unknown,
  ) {
    super(`${field} must be ${expected}, not ${describe(value)}`)
  }
}

/** Thrown by a decoder when bytes do not have the declared shape. The messenger answers it by closing the link. */
export class MalformedMessageError extends MessagingError {
  readonly code = 'EBADMESSAGE'
}

/** Thrown to the sender when a message exceeds its link's size limit. Nothing was sent: split it. */
export class MessageTooLargeError extends MessagingError {
  readonly code = 'EMSGSIZE'
  constructor(
    peer: KernelId,
    /** The message's size; an upper bound of it where the limit is exceeded so far that nothing was encoded. */
    readonly byteLength: number,
    readonly maxMessageBytes: number,
  ) {
    super(`a message of ${byteLength} bytes to kernel ${peer} exceeds the link's limit of ${maxMessageBytes}: split it`)
  }
}

/** Thrown to a sender that went on long after its link asked for a pause. Nothing was sent: wait for the link's `drain`. */
export class LinkFullError extends MessagingError {
  readonly code = 'ENOBUFS'
  constructor(peer: KernelId, queuedBytes: number, maxQueueBytes: number) {
    super(
      `${queuedBytes} bytes already wait for kernel ${peer} (limit ${maxQueueBytes}): ` +
        'send while the link is writable, then wait for its drain event',
    )
  }
}

/** What a request ends with when the peer dies, leaves, or its link breaks before the reply. */
export class PeerDownError extends MessagingError {
  readonly code = 'EPEERDOWN'
  constructor(
    readonly peer: KernelId,
    request: string,
    why: string,
  ) {
    super(`kernel ${peer} went down (${why}) before it answered ${request}`)
  }
}

/** What a request ends with when the peer could not serve it: its handler threw, or it has none. */
export class RequestFailedError extends MessagingError {
  readonly code = 'EREQUESTFAILED'
  constructor(
    readonly peer: KernelId,
    request: string,
    why: string,
  ) {
    super(`kernel ${peer} failed to serve ${request}: ${why}`)
  }
}

/** Thrown to a handler that replies twice to one request. */
export class AlreadyRepliedError extends MessagingError {
  readonly code = 'EALREADYREPLIED'
  constructor(request: string) {
    super(`${request} has been replied to already: reply once per request`)
  }
}

/** Thrown by `poll` when a message handler calls it. */
export class ReentrantPollError extends MessagingError {
  readonly code = 'EREENTRANT'
  constructor() {
    super('poll was called from a message handler: return from the handler, the loop polls again')
  }
}

/** Thrown when a transport or messenger is used after it was closed. */
export class TransportClosedError extends MessagingError {
  readonly code = 'ECLOSED'
  constructor(kernel: KernelId) {
    super(`the transport of kernel ${kernel} is closed`)
  }
}

/** Thrown when membership is used against its rules: an id that died comes back, or is taken. */
export class MembershipError extends MessagingError {
  readonly code = 'EMEMBERSHIP'
}

function describe(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value)
  if (typeof value === 'object' && value !== null) return `a value of ${value.constructor?.name ?? 'no class'}`
  return String(value)
}
