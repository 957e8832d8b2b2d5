import { types } from 'node:util'
import { writeArguments } from './encode-arrays.js'
import type { Encoder } from './encoder.js'
import type { LayoutSet } from './layout.js'
import { assignedAttributes, integrityOf, ownProperty, type Property } from './properties.js'
import { ownerOf, prototypeInfo } from './prototypes.js'
import { Attribute, Integrity, Job, LayoutKind, MAX_LAYOUT_KEYS, SOFT_DEPTH, Tag } from './tags.js'

/** An ordinary object with properties that a layout can't express, or one that is not copied at all. */
export function writeIrregular(encoder: Encoder, object: object, layouts: LayoutSet): void {
  if (encoder.intrinsic(object)) return
  if (types.isArgumentsObject(object)) return writeArguments(encoder, object)
  const owner = ownerOf(object)
  if (owner !== null) {
    encoder.dependency(owner)
    encoder.byte(Tag.PROTOTYPE)
    return encoder.function(owner)
  }
  if (layouts.kind === LayoutKind.PROTOTYPE) {
    // A set of this kind has a prototype.
    const behind = prototypeInfo(layouts.prototype as object)
    if (encoder.dependency(behind.owner ?? behind.object) && encoder.reference(object)) return
  }
  writeCopy(encoder, object, layouts)
}

/** As many properties as possible as a layout or dictionary has them, the rest as a patch. */
function writeCopy(encoder: Encoder, object: object, layouts: LayoutSet): void {
  const integrity = integrityOf(object)
  const properties = Reflect.ownKeys(object).map((key) => ownProperty(object, key))
  const assigned = countAssigned(properties, integrity)
  const patch = { properties: properties.slice(assigned), integrity }
  const isPatched = patch.properties.length > 0 || integrity !== Integrity.NONE
  if (isPatched) encoder.byte(Tag.PATCHED)
  const index = encoder.identities.size
  writeAssigned(encoder, object, layouts, properties.slice(0, assigned))
  if (isPatched) encoder.patch(Job.PATCH, index, patch)
}

/** How many of the properties, from the first on, are as an assignment makes them. */
function countAssigned(properties: readonly Property[], integrity: Integrity): number {
  const attributes = assignedAttributes(integrity)
  const first = properties.findIndex(
    (property) =>
      typeof property.key === 'symbol' ||
      property.attributes !== attributes ||
      (property.attributes & Attribute.ACCESSOR) !== 0,
  )
  return first < 0 ? properties.length : first
}

function writeAssigned(encoder: Encoder, object: object, layouts: LayoutSet, properties: readonly Property[]): void {
  const values = properties.map((property) => ('value' in property ? property.value : undefined))
  const keys = properties.map(({ key }) => key as string)
  if (keys.length <= MAX_LAYOUT_KEYS) encoder.layoutObject(object, layouts.of(keys), values)
  else writeDictionary(encoder, object, layouts, keys, values)
}

function writeDictionary(
  encoder: Encoder,
  object: object,
  layouts: LayoutSet,
  keys: readonly string[],
  values: readonly unknown[],
): void {
  const index = encoder.identities.add(object)
  const isLater = encoder.depth >= SOFT_DEPTH
  if (isLater) encoder.byte(Tag.LATER)
  encoder.byte(Tag.DICTIONARY)
  encoder.prototypeOf(layouts)
  const write = (): void => {
    encoder.varint(keys.length)
    encoder.depth++
    for (const [i, key] of keys.entries()) {
      encoder.untaggedString(key)
      encoder.value(values[i])
    }
    encoder.depth--
  }
  if (isLater) encoder.contents(index, write)
  else write()
}
