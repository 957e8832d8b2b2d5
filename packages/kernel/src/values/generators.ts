import { ASYNC_GENERATORS } from '../frames/async-generators.js'
import {
  brandGenerator,
  generatorFunctionOf,
  generatorStateOf,
  type GeneratorState,
} from '../frames/generator-state.js'
import { GENERATORS } from '../frames/generators.js'
import type { Decoder } from './decoder.js'
import type { Encoder } from './encoder.js'
import { patchOf } from './properties.js'
import { ownerOf } from './prototypes.js'
import { Job, Tag } from './tags.js'

/** Writes `object` if it is a generator of a compiled program: its prototype, then its state, which may lead back to it. */
export function writeGenerator(encoder: Encoder, object: object, prototype: object): boolean {
  const state = generatorStateOf(object)
  if (state === undefined) return false
  const owner = ownerOf(prototype)
  if (encoder.dependency(owner ?? prototype) && encoder.reference(object)) return true
  const patch = patchOf(object, Reflect.ownKeys(object))
  if (patch) encoder.byte(Tag.PATCHED)
  const index = encoder.identities.add(object)
  encoder.byte(Tag.GENERATOR)
  if (owner === null) encoder.value(prototype)
  else {
    encoder.byte(Tag.PROTOTYPE)
    encoder.function(owner)
  }
  encoder.depth++
  encoder.value(state)
  encoder.depth--
  if (patch) encoder.patch(Job.PATCH, index, patch)
  return true
}

/** Reads a generator: nobody can see that it is none yet while its state is read. */
export function readGenerator(decoder: Decoder): object {
  const index = decoder.size
  const object = decoder.add({})
  const prototype = decoder.object('the prototype of a generator')
  const state = decoder.object('the state of a generator') as GeneratorState
  if (decoder.at(index) !== object) throw decoder.malformed('not a generator')
  Object.setPrototypeOf(object, prototype)
  return brandGenerator(object, state, decoder.context.instance)
}

/** Is it the `prototype` that a compiled generator function was made with? */
export const isOwnPrototype = (prototype: object, fn: object): boolean => generatorFunctionOf(prototype) === fn

/** Is it a compiled generator function that still has the `prototype` that it was made with? */
export function isCompiledGeneratorFunction(fn: object): boolean {
  const own: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value
  return typeof own === 'object' && own !== null && isOwnPrototype(own, fn)
}

/** What compiled generators have in place of the language's intrinsic objects, by name. */
export function generatorIntrinsics(): Record<string, unknown> {
  const intrinsics: Record<string, unknown> = {}
  for (const [name, kind] of Object.entries({ Generator: GENERATORS, AsyncGenerator: ASYNC_GENERATORS })) {
    intrinsics[`%Compiled${name}Function%`] = kind.functionPrototype
    intrinsics[`%Compiled${name}Function%.constructor`] = kind.functionPrototype.constructor
    for (const key of ['next', 'return', 'throw']) {
      intrinsics[`%Compiled${name}%.${key}`] = Reflect.get(kind.prototype, key) as unknown
    }
  }
  return intrinsics
}
