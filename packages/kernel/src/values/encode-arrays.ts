import type { Encoder } from './encoder.js'
import { assignedAttributes, integrityOf, lookupGetter, ownProperty, type Patch, type Property } from './properties.js'
import type { Prototype } from './prototypes.js'
import { Attribute, Integrity, Job, SOFT_DEPTH, Tag } from './tags.js'

const { getOwnPropertyDescriptor, getOwnPropertySymbols, isExtensible, keys } = Object

/** Stands for an element that is missing, or that is not as an assignment makes it and follows as a property. */
const HOLE: unique symbol = Symbol('hole')

/** An array; `prototype` is `null` if it is the standard one. */
export function writeArray(encoder: Encoder, array: unknown[], prototype: Prototype | null): void {
  if (prototype !== null && prototype.object !== Array.prototype) {
    if (encoder.dependency(prototype.owner ?? prototype.object) && encoder.reference(array)) return
  }
  if (isAssigned(array)) return writeElements(encoder, array, prototype, array)
  const { elements, patch } = examine(array)
  encoder.byte(Tag.PATCHED)
  const index = encoder.identities.size
  writeElements(encoder, array, prototype, elements)
  encoder.patch(Job.PATCH, index, patch)
}

/**
 * Has this array elements only, all of them, and all as an assignment makes them? Descriptors would triple the cost, so there is
 * a loss: that an element of an extensible array is not configurable, if it is writable and enumerable.
 */
function isAssigned(array: unknown[]): boolean {
  const { length } = array
  const names = keys(array)
  if (names.length !== length || (length > 0 && names[length - 1] !== String(length - 1))) return false
  if (!isExtensible(array) || getOwnPropertySymbols(array).length > 0) return false
  if (getOwnPropertyDescriptor(array, 'length')?.writable !== true) return false
  return areAssigned(array)
}

/** Are all elements of this array, which has them all, writable values? */
function areAssigned(array: unknown[]): boolean {
  try {
    for (let i = 0; i < array.length; i++) {
      // Reading the element would run its getter.
      if (lookupGetter.call(array, i) !== undefined) return false
      const element = array[i]
      if (element === undefined && getOwnPropertyDescriptor(array, i)?.set !== undefined) return false
      array[i] = element // changes nothing, but is refused by what is read-only
    }
    return true
  } catch {
    return false
  }
}

function writeElements(
  encoder: Encoder,
  array: object,
  prototype: Prototype | null,
  elements: readonly unknown[],
): void {
  const index = encoder.identities.add(array)
  if (prototype !== null && prototype.object !== Array.prototype) {
    encoder.byte(Tag.DERIVED)
    encoder.prototypeValue(prototype)
  }
  const isLater = encoder.depth >= SOFT_DEPTH && elements.length > 0
  if (isLater) encoder.byte(Tag.LATER)
  encoder.byte(Tag.ARRAY)
  if (isLater) encoder.contents(index, () => writeAll(encoder, elements))
  else writeAll(encoder, elements)
}

function writeAll(encoder: Encoder, elements: readonly unknown[]): void {
  const { length } = elements
  encoder.varint(length)
  encoder.depth++
  for (let i = 0; i < length; i++) {
    const element = elements[i]
    if (element === HOLE) encoder.byte(Tag.HOLE)
    else encoder.value(element)
  }
  encoder.depth--
}

/** Splits an array into the elements that can be written as such and everything else. */
function examine(array: readonly unknown[]): { elements: unknown[]; patch: Patch } {
  const integrity = integrityOf(array)
  const attributes = assignedAttributes(integrity)
  const own = Reflect.ownKeys(array).map((key) => ownProperty(array, key))
  const indexed = own.filter(({ key }) => isIndex(key))
  // Beyond this, holes would take more room than naming the elements.
  const isSparse = array.length > 4 * indexed.length + 16
  const elements = isSparse ? [] : new Array<unknown>(array.length).fill(HOLE)
  const properties = own.filter((property) => {
    if (property.key === 'length') return isSparse || isLengthFixed(property, integrity)
    if (isSparse || !isIndex(property.key) || property.attributes !== attributes || !('value' in property)) return true
    elements[Number(property.key)] = property.value
    return false
  })
  return { elements, patch: { properties: lengthLast(properties), integrity } }
}

const isIndex = (key: string | symbol): key is string =>
  typeof key === 'string' && String(Number(key) >>> 0) === key && Number(key) < 2 ** 32 - 1

const isLengthFixed = ({ attributes }: Property, integrity: Integrity): boolean =>
  integrity !== Integrity.FROZEN && (attributes & Attribute.WRITABLE) === 0

/** A fixed length would refuse the elements that come after it. */
const lengthLast = (properties: readonly Property[]): Property[] =>
  [...properties].sort((a, b) => Number(a.key === 'length') - Number(b.key === 'length'))

/** An `arguments` object: what it holds, not its tie to the parameters of a sloppy function; then what was changed about it. */
export function writeArguments(encoder: Encoder, object: object): void {
  const integrity = integrityOf(object)
  const own = Reflect.ownKeys(object).map((key) => ownProperty(object, key))
  const elements = leadingElements(own, assignedAttributes(integrity))
  const properties = own.slice(elements.length).filter((property) => !isUsual(property, elements.length))
  const isPatched = properties.length > 0 || integrity !== Integrity.NONE
  if (isPatched) encoder.byte(Tag.PATCHED)
  const index = encoder.identities.add(object)
  encoder.byte(Tag.ARGUMENTS)
  writeAll(encoder, elements)
  if (isPatched) encoder.patch(Job.PATCH, index, { properties, integrity })
}

/** The elements up to the first that is missing, or has other attributes. Indices come first among the keys, in order. */
function leadingElements(properties: readonly Property[], attributes: number): unknown[] {
  const elements: unknown[] = []
  for (const property of properties) {
    const isNext = property.key === String(elements.length) && property.attributes === attributes
    if (!isNext || !('value' in property)) break
    elements.push(property.value)
  }
  return elements
}

/** Has every `arguments` object of this length such a property? */
function isUsual(property: Property, length: number): boolean {
  const { key } = property
  const value = 'value' in property ? property.value : undefined
  return (
    key === 'callee' ||
    (key === 'length' && value === length) ||
    (key === Symbol.iterator && value === Array.prototype[Symbol.iterator])
  )
}
