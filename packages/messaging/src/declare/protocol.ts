import { ProtocolDeclarationError } from '../errors.js'
import type { Priority } from '../link/priority.js'
import { compileCodec, type Codec } from './codec.js'
import type { Shape, Values } from './fields.js'

/** How a message travels. */
export interface MessageOptions {
  /** The link's lane. Control messages may overtake bulk ones, never each other. @default 'control' */
  readonly priority?: Priority
}

/** What messages and requests have in common. */
export interface TypeHeader {
  /** Name of the protocol. */
  readonly protocol: string
  /** `protocol.message`, for people. */
  readonly name: string
  /** What names the type on the wire: the protocol's number in the low byte, the message's in the next. */
  readonly code: number
  readonly priority: Priority
}

/** A declared one-way message. */
export interface MessageType<M> extends TypeHeader {
  readonly kind: 'message'
  readonly codec: Codec<M>
}

/** A declared request, answered by one reply. */
export interface RequestType<Q, R> extends TypeHeader {
  readonly kind: 'request'
  readonly codec: Codec<Q>
  readonly replyCodec: Codec<R>
}

/** A message that is not yet part of a protocol. */
export interface MessageDeclaration<M> {
  readonly bind: Bind<MessageType<M>>
}

/** A request that is not yet part of a protocol. */
export interface RequestDeclaration<Q, R> {
  readonly bind: Bind<RequestType<Q, R>>
}

/** Makes a declaration part of a protocol. */
export type Bind<T extends TypeHeader> = (protocol: string, protocolId: number, name: string) => T
type Declarations = Readonly<Record<string, { readonly bind: Bind<TypeHeader> }>>

/** The message types of a protocol, by name. */
export type Protocol<D> = {
  readonly [K in keyof D]: D[K] extends { readonly bind: Bind<infer T> } ? T : never
}

/** Declares a one-way message. `id`: 0 … 255, unique in its protocol. */
export function message<S extends Shape>(
  id: number,
  shape: S,
  options: MessageOptions = {},
): MessageDeclaration<Values<S>> {
  return {
    bind: (protocol, protocolId, name) => ({
      kind: 'message',
      ...header(protocol, protocolId, name, id, options),
      codec: compileCodec(`${protocol}.${name}`, shape),
    }),
  }
}

/** Declares a request and its reply. `id`: 0 … 255, unique in its protocol. The reply travels in the request's lane. */
export function request<Q extends Shape, R extends Shape>(
  id: number,
  query: Q,
  reply: R,
  options: MessageOptions = {},
): RequestDeclaration<Values<Q>, Values<R>> {
  return {
    bind: (protocol, protocolId, name) => ({
      kind: 'request',
      ...header(protocol, protocolId, name, id, options),
      codec: compileCodec(`${protocol}.${name}`, query),
      replyCodec: compileCodec(`${protocol}.${name} reply`, reply),
    }),
  }
}

/**
 * Declares everything that crosses between kernels for one service. `id`: 0 … 255, unique in the system.
 *
 * @throws ProtocolDeclarationError when ids are doubled or out of range, or a field cannot be one.
 */
export function protocol<D extends Declarations>(name: string, id: number, declarations: D): Protocol<D> {
  checkByte(`protocol ${name}`, id)
  const types = Object.entries(declarations).map(
    ([key, declaration]) => [key, declaration.bind(name, id, key)] as const,
  )
  const taken = new Map<number, string>()
  for (const [key, { code }] of types) {
    const other = taken.get(code)
    if (other !== undefined) {
      throw new ProtocolDeclarationError(
        `${name}.${key} and ${name}.${other} have the same id ${code >>> 8}: renumber one`,
      )
    }
    taken.set(code, key)
  }
  return Object.fromEntries(types) as Protocol<D>
}

function header(protocol: string, protocolId: number, key: string, id: number, options: MessageOptions): TypeHeader {
  const name = `${protocol}.${key}`
  checkByte(name, id)
  return { protocol, name, code: protocolId | (id << 8), priority: options.priority ?? 'control' }
}

function checkByte(owner: string, id: number): void {
  if ((id & 0xff) !== id) throw new ProtocolDeclarationError(`${owner} has the id ${id}: use an integer of 0 … 255`)
}
