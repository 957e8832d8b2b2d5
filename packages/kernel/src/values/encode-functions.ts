import { types } from 'node:util'
import { closureRecord, type ClosureRecord } from '../frames/stamp.js'
import { definitionOf, isClass } from './definitions.js'
import type { Encoder } from './encoder.js'
import { bindingOf, type Binding } from './bound.js'
import { isCompiledGeneratorFunction } from './generators.js'
import { stepsThrough } from './locate.js'
import { classMemberOf, memberOf, type Member } from './members.js'
import { isNative } from './native.js'
import { deferStatics } from './private-state.js'
import { integrityOf, lookupGetter, ownProperty, patchOf, type Patch, type Property } from './properties.js'
import { ownerOf, type Owner } from './prototypes.js'
import { Attribute, Integrity, Job, MemberKind, Tag } from './tags.js'
import { Unmovable } from './unmovable.js'

/** A function that has not begun yet and has no name of its own. */
export function writeFunction(encoder: Encoder, fn: Owner): void {
  const record = closureRecord(fn)
  if (record !== undefined) return writeClosure(encoder, fn, record)
  if (types.isProxy(fn)) throw new Unmovable(fn, "a Proxy, whose handler can't be read", 'move its target')
  if (encoder.intrinsic(fn)) return
  const binding = isNative(fn) ? bindingOf(fn) : null
  // Even if a module-level object has it by now: other kernels' objects need not.
  if (binding !== null) return writeBound(encoder, fn, binding)
  const member = memberOf(fn, encoder.context.instance) ?? memberOfClosure(encoder, fn)
  if (member !== undefined) return writeMember(encoder, member)
  throw new Unmovable(fn, reasonOf(fn), 'wrap the call in a function of the program')
}

/** A bound function; all of its own properties come as a patch. */
function writeBound(encoder: Encoder, fn: Owner, { target, self, args }: Binding): void {
  let isWritten = false
  // The target may be a method of a class that is known only with its object.
  for (const part of [self, ...args, target]) isWritten = encoder.dependency(part) || isWritten
  if (isWritten && encoder.reference(fn)) return
  const patch = patchOf(fn, Reflect.ownKeys(fn))
  if (patch) encoder.byte(Tag.PATCHED)
  const index = encoder.identities.add(fn)
  encoder.byte(Tag.BOUND)
  encoder.function(target)
  encoder.value(self)
  encoder.varint(args.length)
  for (const arg of args) encoder.value(arg)
  if (patch) encoder.patch(Job.PATCH, index, patch)
}

/** A closure or local class: its template and the environments that it closes over, then what was added to it. */
function writeClosure(encoder: Encoder, fn: Owner, record: ClosureRecord): void {
  const { template, environments } = record
  const { instance } = encoder.context
  if (instance.templateOf(template.id) !== template) {
    throw new Unmovable(fn, 'a function of another program', 'move it with its own program')
  }
  let isWritten = false
  for (const environment of environments) isWritten = encoder.dependency(environment) || isWritten
  if (isWritten && encoder.reference(fn)) return

  const keys = Reflect.ownKeys(fn)
  const patch = patchOfClosure(encoder, fn, record, keys)
  if (patch) encoder.byte(Tag.PATCHED)
  const index = encoder.identities.add(fn)
  encoder.byte(Tag.CLOSURE)
  encoder.id(template, template.id)
  encoder.varint(environments.length)
  for (const environment of environments) encoder.value(environment)
  if (patch) encoder.patch(Job.PATCH, index, patch)
  if (keys.length > 2) patchPrototype(encoder, fn, index)
  deferStatics(encoder, fn)
}

/** What was added to a closure since its template made it. */
function patchOfClosure(
  encoder: Encoder,
  fn: Owner,
  record: ClosureRecord,
  keys: readonly (string | symbol)[],
): Patch | null {
  const { template } = record
  const { length, behind } = definitionOf(fn, record)
  if (Object.getPrototypeOf(fn) !== behind) {
    const what = isClass(fn) ? 'a class whose prototype chain was changed' : 'a function whose prototype was replaced'
    throw new Unmovable(fn, what, INHERIT)
  }
  const integrity = integrityOf(fn)
  const isAsMade = hasValue(fn, 'length', length) && hasValue(fn, 'name', template.name)
  if (integrity === Integrity.NONE && isUsual(fn, keys) && isAsMade) return null
  for (const key of ['length', 'name']) {
    if (!keys.includes(key)) throw new Unmovable(fn, `a function whose '${key}' was deleted`, 'leave it as it was made')
  }
  const properties = keys
    .filter((key) => key !== 'arguments' && key !== 'caller')
    .filter((key) => key !== 'prototype' || isPrototypeReplaced(fn))
    .map((key) => ownProperty(fn, key))
    .filter((property) => !isData(property, 'length', length, Attribute.CONFIGURABLE))
    .filter((property) => !isData(property, 'name', template.name, Attribute.CONFIGURABLE))
    .filter((property) => !isMadeByClass(encoder, property))
  return properties.length === 0 && integrity === Integrity.NONE ? null : { properties, integrity }
}

/** The usual function has `length`, `name`, and the `prototype` that it was made with if it constructs. */
const isUsual = (fn: Owner, keys: readonly (string | symbol)[]): boolean =>
  keys[0] === 'length' &&
  keys[1] === 'name' &&
  (keys.length === 2 || (keys.length === 3 && keys[2] === 'prototype' && !isPrototypeReplaced(fn)))

/** A class may have a static getter of this key. (A descriptor of a function's name costs five times as much.) */
const hasValue = (fn: Owner, key: 'length' | 'name', value: number | string): boolean =>
  lookupGetter.call(fn, key) === undefined && fn[key] === value

const isData = (property: Property, key: string, value: unknown, attributes: number): boolean =>
  property.key === key && 'value' in property && property.value === value && property.attributes === attributes

/** What was added to the prototype of a closure, or of a class, that its template makes along with it. */
function patchPrototype(encoder: Encoder, fn: Owner, index: number): void {
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype')
  if (own === undefined || isPrototypeReplaced(fn)) return
  const prototype = own.value as object
  if (isClass(fn) && !standsOnItsBase(fn, prototype)) {
    throw new Unmovable(fn, 'a class whose prototype chain was changed', INHERIT)
  }
  const properties = Reflect.ownKeys(prototype)
    .map((key) => ownProperty(prototype, key))
    .filter((property) => !isData(property, 'constructor', fn, Attribute.WRITABLE | Attribute.CONFIGURABLE))
    .filter((property) => !isMadeByClass(encoder, property))
  const integrity = integrityOf(prototype)
  const behind = Object.getPrototypeOf(prototype) as object | null
  const isDerived = !isClass(fn) && ownerOf(prototype) !== null && behind !== Object.prototype
  if (properties.length === 0 && integrity === Integrity.NONE && !isDerived) return
  encoder.patch(Job.PATCH_PROTOTYPE, index, { properties, integrity, ...(isDerived && { behind }) })
}

const INHERIT = 'let a class extend what it is to inherit from'

/** Do a class and its `prototype` inherit from the same class, as its definition has it, and will have it where it is made again? */
function standsOnItsBase(fn: Owner, prototype: object): boolean {
  const base = Object.getPrototypeOf(fn) as object | null
  const behind = Object.getPrototypeOf(prototype) as object | null
  if (base === null) return false
  if (base === Function.prototype) return behind === Object.prototype || behind === null
  if (types.isProxy(base)) return true
  const inherited = Object.getOwnPropertyDescriptor(base, 'prototype')
  return inherited === undefined || !('value' in inherited) || inherited.value === behind
}

/** A generator function's own prototype has no `constructor`; every other function's has, until it is replaced. */
function isPrototypeReplaced(fn: Owner): boolean {
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype')
  if (own === undefined || own.writable !== true) return false
  const prototype: unknown = own.value
  if (typeof prototype !== 'object' || prototype === null) return true
  if (types.isGeneratorFunction(fn)) return !isGeneratorPrototype(prototype)
  return ownerOf(prototype) !== fn
}

const isGeneratorPrototype = (prototype: object): boolean =>
  Object.getPrototypeOf(Object.getPrototypeOf(prototype) as object) !== Object.prototype

/** A method or accessor of a class is made with the class. Nothing else is hidden and has a function without a record. */
function isMadeByClass(encoder: Encoder, property: Property): boolean {
  if ((property.attributes & Attribute.ENUMERABLE) !== 0) return false
  const parts =
    'value' in property ? [property.value] : [property.get, property.set].filter((part) => part !== undefined)
  return parts.every((part) => typeof part === 'function' && isMethod(encoder, part as Owner))
}

const isMethod = (encoder: Encoder, fn: Owner): boolean =>
  (!Object.hasOwn(fn, 'prototype') || isCompiledGeneratorFunction(fn)) &&
  closureRecord(fn) === undefined &&
  !isNative(fn) &&
  !encoder.isNamed(fn)

/** A method of a local class: of one that has begun or, which takes longer to find out, of any that the roots reach. */
function memberOfClosure(encoder: Encoder, fn: Owner): Member | undefined {
  for (const object of encoder.identities) {
    const method = methodOf(encoder, object, fn)
    if (method !== undefined) return method
  }
  for (const { value } of stepsThrough(encoder.roots, encoder.context)) {
    const method = methodOf(encoder, value, fn)
    if (method !== undefined) return method
  }
  return undefined
}

function methodOf(encoder: Encoder, owner: unknown, fn: Owner): Member | undefined {
  if (typeof owner !== 'function' || closureRecord(owner) === undefined) return undefined
  const member = classMemberOf(fn, owner as Owner)
  // What was added to a class is not there yet when its methods are asked for.
  return member !== undefined && (member.kind === MemberKind.PRIVATE || isMadeByClass(encoder, propertyOf(member)))
    ? member
    : undefined
}

const propertyOf = ({ owner, isStatic, key }: Member): Property =>
  ownProperty(isStatic ? owner : (owner as { prototype: object }).prototype, key)

function writeMember(encoder: Encoder, { owner, isStatic, key, kind }: Member): void {
  encoder.byte(Tag.MEMBER)
  encoder.value(owner)
  encoder.byte(kind * 2 + (isStatic ? 1 : 0))
  encoder.value(key)
}

const reasonOf = (fn: Owner): string =>
  isNative(fn) ? 'a function of the host' : "a function that the program's image does not contain"
