import type { ImageInstance } from '../frames/image.js'
import { privateMethodsOf } from './private-state.js'
import { descriptorOf } from './properties.js'
import type { Owner } from './prototypes.js'
import { MemberKind } from './tags.js'

/** A function that is reached through a class or object that moves or is named: a method, a getter, a setter. */
export interface Member {
  readonly owner: object
  /** Is it a property of the owner itself, not of its `prototype`? */
  readonly isStatic: boolean
  readonly key: string | symbol
  readonly kind: (typeof MemberKind)[keyof typeof MemberKind]
}

const known = new WeakMap<ImageInstance, WeakMap<object, Member>>()

/** A member of a named class or object of the program. The search is slow; what it finds is remembered. */
export function memberOf(fn: Owner, instance: ImageInstance): Member | undefined {
  let members = known.get(instance)
  if (!members) known.set(instance, (members = new WeakMap()))
  let member = members.get(fn)
  if (member !== undefined) return member
  for (const owner of instance.namedValues()) {
    if (typeof owner === 'symbol') continue
    member = typeof owner === 'function' ? classMemberOf(fn, owner as Owner) : propertyOf(fn, owner, owner, true)
    if (member === undefined) continue
    members.set(fn, member)
    return member
  }
  return undefined
}

/** A member of this class. */
export function classMemberOf(fn: Owner, owner: Owner): Member | undefined {
  const prototype: unknown = Object.getOwnPropertyDescriptor(owner, 'prototype')?.value
  const isObject = typeof prototype === 'object' && prototype !== null
  return (
    (isObject ? propertyOf(fn, owner, prototype, false) : undefined) ??
    propertyOf(fn, owner, owner, true) ??
    privateMethod(fn, owner)
  )
}

function propertyOf(fn: Owner, owner: object, holder: object, isStatic: boolean): Member | undefined {
  for (const key of Reflect.ownKeys(holder)) {
    const { value, get, set } = descriptorOf(holder, key)
    if (value === fn && key !== 'constructor') return { owner, isStatic, key, kind: MemberKind.VALUE }
    if (get === fn) return { owner, isStatic, key, kind: MemberKind.GETTER }
    if (set === fn) return { owner, isStatic, key, kind: MemberKind.SETTER }
  }
  return undefined
}

function privateMethod(fn: Owner, owner: Owner): Member | undefined {
  for (const [key, value] of Object.entries(privateMethodsOf(owner) ?? {})) {
    if (value === fn) return { owner, isStatic: true, key, kind: MemberKind.PRIVATE }
  }
  return undefined
}

/** The function that a member names here, if there is one. */
export function memberFunction({ owner, isStatic, key, kind }: Member): unknown {
  if (kind === MemberKind.PRIVATE) return typeof key === 'string' ? privateMethodsOf(owner)?.[key] : undefined
  const holder: unknown = isStatic ? owner : Object.getOwnPropertyDescriptor(owner, 'prototype')?.value
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return undefined
  const property = Object.getOwnPropertyDescriptor(holder, key)
  if (kind === MemberKind.GETTER) return property?.get
  return kind === MemberKind.SETTER ? property?.set : property?.value
}
