import type { Encoder } from './encoder.js'
import { DESERIALIZE, SERIALIZE, type Prototype } from './prototypes.js'
import { Tag } from './tags.js'
import { Unmovable } from './unmovable.js'

/** An object that says itself how it moves: what its serialize method returns, and who makes the object from that. */
export function writeCustom(encoder: Encoder, object: object, prototype: Prototype): void {
  const owner = prototype.owners[0]
  const serialize: unknown = (object as Record<symbol, unknown>)[SERIALIZE]
  if (owner === undefined || typeof serialize !== 'function' || !(DESERIALIZE in owner)) {
    throw new Unmovable(object, `serializable, but its class has no static [Symbol.for('atoll.deserialize')]`, 'add it')
  }
  const { serializing } = encoder
  if (serializing.includes(object))
    throw new Unmovable(object, 'part of the data that it serializes to', 'leave it out')
  if (encoder.dependency(owner) && encoder.reference(object)) return
  serializing.push(object)
  encoder.byte(Tag.CUSTOM)
  encoder.function(owner)
  writeCompletely(encoder, object, serialize.call(object))
  serializing.pop()
  encoder.identities.add(object)
}

/** Writes `data` and all that was put off on the way, because the object is made from it when it is read. */
function writeCompletely(encoder: Encoder, object: object, data: unknown): void {
  const from = encoder.putOff
  encoder.depth++
  try {
    encoder.value(data)
    encoder.finish(from)
  } catch (error) {
    // The outermost of nested objects is the one that the program can see.
    if (!(error instanceof Unmovable) || encoder.serializing[0] !== object) throw error
    throw new Unmovable(object, `serialized to data that holds ${error.reason}`, error.remedy)
  }
  encoder.depth--
}
