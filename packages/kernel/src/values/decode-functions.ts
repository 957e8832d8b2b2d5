import { UnknownCodeError } from '../errors.js'
import type { Decoder } from './decoder.js'
import { intrinsicNamed } from './intrinsics.js'
import { memberFunction } from './members.js'
import { DESERIALIZE } from './prototypes.js'
import { MemberKind } from './tags.js'

/** What the program names: a module-level binding, or a function that captures nothing. */
export function readName(decoder: Decoder): unknown {
  const name = decoder.id()
  const { instance } = decoder.context
  if (!instance.hasName(name)) throw new UnknownCodeError('name', name)
  return instance.named(name)
}

export function readExternal(decoder: Decoder): unknown {
  const name = decoder.id()
  const { externals } = decoder.context
  if (!externals?.has(name)) throw new UnknownCodeError('external', name)
  return externals.named(name)
}

export function readIntrinsic(decoder: Decoder): object {
  const name = decoder.id()
  const intrinsic = intrinsicNamed(name)
  if (intrinsic === undefined) throw new UnknownCodeError('intrinsic', name)
  return intrinsic
}

export function readClosure(decoder: Decoder): object {
  const id = decoder.id()
  const template = decoder.context.instance.templateOf(id)
  if (template === undefined) throw new UnknownCodeError('closure', id)
  const environments: unknown[] = []
  for (let count = decoder.count(); count > 0; count--) environments.push(decoder.value())
  return decoder.add(template.make(...environments))
}

/** A bound function without properties: a patch gives it those that it had. */
export function readBound(decoder: Decoder): object {
  const target = decoder.value()
  if (typeof target !== 'function') throw decoder.malformed('what is bound is not a function')
  const parts = [decoder.value()]
  for (let count = decoder.count(); count > 0; count--) parts.push(decoder.value())
  const bound = Reflect.apply(bind, target, parts) as object
  Reflect.deleteProperty(bound, 'name')
  Reflect.deleteProperty(bound, 'length')
  return decoder.add(bound)
}

const { bind } = Function.prototype

export function readMember(decoder: Decoder): object {
  const owner = decoder.object('the owner of a member')
  const flags = decoder.byte()
  const key = decoder.value()
  const kind = MEMBER_KINDS[flags >>> 1]
  if ((typeof key !== 'string' && typeof key !== 'symbol') || kind === undefined)
    throw decoder.malformed('not a member')
  const member = memberFunction({ owner, isStatic: (flags & 1) !== 0, key, kind })
  if (typeof member !== 'function') throw new UnknownCodeError('member', String(key))
  return member
}

const MEMBER_KINDS = [MemberKind.VALUE, MemberKind.GETTER, MemberKind.SETTER, MemberKind.PRIVATE]

/** The object that is the `prototype` of a function. */
export function readPrototype(decoder: Decoder): object {
  const owner = decoder.object('the function of a prototype')
  const prototype: unknown = Object.getOwnPropertyDescriptor(owner, 'prototype')?.value
  if (typeof prototype === 'object' && prototype !== null) return prototype
  throw decoder.malformed('a function has no prototype')
}

/** An object that its class makes from data. */
export function readCustom(decoder: Decoder): object {
  const owner = decoder.object('the class of a serialized object') as { [DESERIALIZE]?: unknown }
  const data = decoder.value()
  decoder.jobs()
  const deserialize = owner[DESERIALIZE]
  if (typeof deserialize !== 'function') throw decoder.malformed('a class that can not deserialize')
  const object: unknown = deserialize.call(owner, data)
  if ((typeof object === 'object' && object !== null) || typeof object === 'function') return decoder.addGiven(object)
  throw decoder.malformed("a class's deserialize method returned no object")
}

export function readPromise(decoder: Decoder): object {
  const id = decoder.varint()
  const promise = decoder.context.promise?.(id)
  if (promise === undefined) throw decoder.malformed(`unknown fiber ${id}`)
  return decoder.addGiven(promise)
}
