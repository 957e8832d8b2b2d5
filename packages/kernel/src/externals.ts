import type { NamedObjects } from './values/context.js'

import { isNative } from './values/native.js'
import type { Owner } from './values/prototypes.js'

/**
 * Modules that programs import from the kernel instead of bundling them: the application API, and what plug-ins add.
 * Their functions and objects travel by name (`@atoll/posix#pthread_create`), because every kernel has them.
 */
export class Externals {
  /** What else travels by name, asked for what is not registered. */
  others: NamedObjects | null = null
  readonly #behind: Externals | null
  readonly #modules = new Map<string, object>()
  readonly #names = new Map<object, string>()
  readonly #values = new Map<string, unknown>()

  /** `behind`: what is not found here is looked for there. @default nothing */
  constructor(behind: Externals | null = null) {
    this.#behind = behind
  }

  /** Makes `module` what `import … from specifier` gives to programs. */
  register(specifier: string, module: object): void {
    this.#modules.set(specifier, module)
    this.#name(specifier, module)
    for (const [name, value] of Object.entries(module)) this.#name(`${specifier}#${name}`, value)
  }

  /** What `import … from specifier` gives, if it was registered. */
  module(specifier: string): object | undefined {
    return this.#modules.get(specifier) ?? this.#behind?.module(specifier)
  }

  /** The name under which this very object travels, if it has one. */
  nameOf(target: object): string | undefined {
    return this.#names.get(target) ?? this.others?.nameOf(target) ?? this.#behind?.nameOf(target)
  }

  /** Is there something of this name? */
  has(name: string): boolean {
    return this.#values.has(name) || this.others?.has(name) === true || (this.#behind?.has(name) ?? false)
  }

  /** What travels under `name`. */
  named(name: string): unknown {
    if (this.#values.has(name)) return this.#values.get(name)
    return this.others?.has(name) === true ? this.others.named(name) : this.#behind?.named(name)
  }

  #name(name: string, value: unknown): void {
    this.#values.set(name, value)
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (isObject && !this.#names.has(value)) this.#names.set(value, name)
    if (typeof value === 'function') this.#nameParts(name, value as Owner)
    // The members of a namespace such as `atoll` are functions that a program may hold on to.
    if (typeof value === 'object' && value !== null && !name.includes('.')) {
      for (const [member, inner] of Object.entries(value)) {
        if (typeof inner === 'function') this.#name(`${name}.${member}`, inner)
      }
    }
  }

  /** A class: its instances are known by it and by what it extends; and a thread that calls a method holds on to that while it evaluates the arguments. */
  #nameParts(name: string, owner: Owner): void {
    const prototype = (owner.prototype ?? {}) as object
    for (const key of Reflect.ownKeys(prototype)) {
      const value: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value
      if (key !== 'constructor' && typeof value === 'function') this.#name(`${name}.prototype.${wordFor(key)}`, value)
    }
    const base = Object.getPrototypeOf(owner) as unknown
    if (typeof base === 'function' && !isNative(base as Owner)) this.#name(`${name}.super`, base)
  }
}

/** A property's key in a name. What hosts call `Symbol.dispose` differs. */
function wordFor(key: string | symbol): string {
  if (typeof key === 'string') return key
  return `@@${key === Symbol.dispose ? 'dispose' : (key.description ?? '')}`
}
