/**
 * Private names, for code that was taken out of its class, and for the classes that keep private fields.
 */

interface Access {
  get(object: unknown): unknown
  set(object: unknown, value: unknown): unknown
  has(object: unknown): boolean
}
type Names = Readonly<Record<string, Access>>

interface Registers {
  restoring: boolean
  privatesOf(owner: object): Names
}
/** The isolate's registers. */
declare const $r: Registers
/** The image's instance, which knows classes by name. */
declare const $i: { names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void }

/** The base of stores: it makes nothing, so that the store's fields are put on an object that exists already. */
export class $Same {
  constructor(object: object) {
    return object
  }
}

/** An object that has a store's brand, to get its methods from. */
export function $branded(store: new (object: object) => object): object {
  $r.restoring = true
  try {
    return new store({})
  } finally {
    $r.restoring = false
  }
}

/** `object.#name`, where evaluating the object awaits. */
export const $readPrivate = (object: unknown, { get }: Access): unknown => get(object)

/** `object.#name = value`, where evaluating the value awaits. */
export const $writePrivate = (object: unknown, value: unknown, { set }: Access): unknown => set(object, value)

/** `#name in object`, likewise. */
export const $hasPrivate = (object: unknown, { has }: Access): boolean => has(object)

/** `object.#name++` and its like. */
export function $stepPrivate(object: unknown, { get, set }: Access, by: 1 | -1, prefix: boolean): unknown {
  let value = get(object) as number
  const old = by === 1 ? value++ : value--
  set(object, value)
  return prefix ? value : old
}

/** `object.#name` as a place to assign to. It may wait in a frame until it is assigned, so it is data. */
export class $PrivateReference {
  readonly object: unknown
  /** The names of its class, which have a name; or a local class. */
  readonly names: Names | (() => unknown)
  readonly name: string
  constructor(object: unknown, names: Names | (() => unknown), name: string) {
    this.object = object
    this.names = names
    this.name = name
  }
  get value(): unknown {
    return accessOf(this).get(this.object)
  }
  set value(value: unknown) {
    accessOf(this).set(this.object, value)
  }
}

function accessOf({ names, name }: $PrivateReference): Access {
  const known = typeof names === 'function' ? $r.privatesOf(names) : names
  return known[name]
}

$i.names('atoll:runtime', { $PrivateReference: () => $PrivateReference })
