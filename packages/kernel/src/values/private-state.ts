import { privateStateOf, type PrivateStore } from '../frames/private-state.js'
import { registers } from '../frames/registers.js'
import { closureRecord } from '../frames/stamp.js'
import type { Decoder } from './decoder.js'
import type { Encoder } from './encoder.js'
import type { Owner, Prototype } from './prototypes.js'
import { Job } from './tags.js'
import { Unmovable } from './unmovable.js'

/** Names a class's own private state on the wire; its stores have the numbers from 1 on. */
const STATICS = 0

/** Puts off the private state that an object has by the classes of its prototype. Each object is to be given once per image. */
export function deferPrivates(encoder: Encoder, object: object, { privates }: Prototype): void {
  for (const owner of privates) {
    for (const [number, store] of (privateStateOf(owner)?.stores ?? []).entries()) {
      const values = readStore(store, object)
      if (values !== null) defer(encoder, object, owner, number + 1, values)
    }
  }
}

/** The same for what a local class itself has. */
export function deferStatics(encoder: Encoder, owner: Owner): void {
  const statics = privateStateOf(owner)?.statics
  if (statics !== undefined) defer(encoder, owner, owner, STATICS, statics.read())
}

function readStore({ read }: PrivateStore, object: object): readonly unknown[] | null {
  try {
    return read(object)
  } catch {
    // Fields are put on an object together, unless an initializer throws.
    throw new Unmovable(object, 'an object whose constructor failed half-way', 'let go of it')
  }
}

function defer(encoder: Encoder, object: object, owner: Owner, part: number, values: readonly unknown[]): void {
  encoder.defer(() => {
    const index = encoder.identities.indexOf(object)
    if (index < 0) return // it turned out to have a name
    encoder.byte(Job.PRIVATES)
    encoder.varint(index)
    encoder.value(owner)
    encoder.varint(part)
    encoder.varint(values.length)
    for (const value of values) encoder.value(value)
  })
}

/** Reads private state and puts it on `object`. */
export function readPrivates(decoder: Decoder, object: object): void {
  const owner = decoder.object('the class of a private name')
  const state = privateStateOf(owner)
  const part = decoder.varint()
  const values: unknown[] = []
  for (let count = decoder.count(); count > 0; count--) values.push(decoder.value())
  if (decoder.isGiven(object)) throw decoder.malformed('private state for an object that the image does not contain')
  if (part === STATICS) {
    if (object !== owner || state?.statics?.fields.length !== values.length || closureRecord(owner) === undefined)
      throw decoder.malformed('private state of a class that has none')
    return state.statics.write(values)
  }
  const store = state?.stores?.[part - 1]
  if (store?.fields.length !== values.length) throw decoder.malformed('private state that its class does not have')
  if (store.read(object) !== null) throw decoder.malformed('private state for an object that has it')
  restore(store, object)
  store.write(object, values)
}

/** Puts the fields of a store on an object, as they are before they are initialized. */
function restore({ store }: PrivateStore, object: object): object {
  registers.restoring = true
  try {
    return new store(object)
  } finally {
    registers.restoring = false
  }
}

const methods = new WeakMap<object, Readonly<Record<string, unknown>>>()

/** The private methods of a class, by name: nobody else can ask a class for them. */
export function privateMethodsOf(owner: object): Readonly<Record<string, unknown>> | undefined {
  const state = privateStateOf(owner)
  if (state?.methods === undefined) return undefined
  let known = methods.get(owner)
  if (known === undefined) {
    const [first] = state.stores ?? []
    methods.set(owner, (known = state.methods(first ? restore(first, {}) : null)))
  }
  return known
}

/** What an object has by private names, for those who follow paths; the names with `#`. */
export function* privatesOf(
  object: object,
  { privates }: Prototype,
): Iterable<readonly [name: string, value: unknown]> {
  for (const owner of privates) {
    for (const { read, fields } of privateStateOf(owner)?.stores ?? []) yield* named(fields, read(object) ?? [])
  }
}

/** The same for a class itself. */
export function* staticsOf(owner: object): Iterable<readonly [name: string, value: unknown]> {
  const statics = privateStateOf(owner)?.statics
  if (statics !== undefined) yield* named(statics.fields, statics.read())
}

const named = (fields: readonly string[], values: readonly unknown[]): (readonly [string, unknown])[] =>
  values.map((value, i) => [fields[i] ?? '', value])
