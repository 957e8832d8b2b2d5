/**
 * Assignment to `super.key` and calls of `super()` by code that was taken out of its method.
 */

import { $key, $super } from './properties.js'

type Key = string | symbol

/** The image's instance, which knows classes by name. */
declare const $i: { names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void }

/** `super.key` as a place to assign to. It may wait in a frame until it is assigned, so it is data. */
export class $SuperReference {
  readonly home: object
  readonly key: Key
  readonly self: unknown
  constructor(home: object, key: Key, self: unknown) {
    this.home = home
    this.key = $key(key)
    this.self = self
  }
  get value(): unknown {
    return $super(this.home, this.key, this.self)
  }
  set value(value: unknown) {
    Object.setPrototypeOf($setter, Object.getPrototypeOf(this.home) as object)
    $setter.set.call(this.self, this.key, value)
  }
}

/** `delete super[key]`, which fails when its parts have been evaluated. */
export function $deleteSuper(_self: unknown, _key: unknown): never {
  throw new ReferenceError("Unsupported reference to 'super'")
}

/** Assigns as the language does, errors included; its prototype is where the search for setters begins. */
const $setter = {
  set(this: unknown, key: Key, value: unknown): void {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-member-access -- the type of `super` is not known here
    super[key as 'toString'] = value as () => string
  },
}

$i.names('atoll:runtime', { $SuperReference: () => $SuperReference })
