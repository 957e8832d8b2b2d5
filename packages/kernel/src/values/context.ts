import type { Code } from '../frames/frame.js'
import type { ImageInstance } from '../frames/image.js'

/** Objects and functions that every kernel has, and that therefore travel by name: the kernel's `Externals`. */
export interface NamedObjects {
  /** The name under which this very object or function travels, if it has one. */
  nameOf(target: object): string | undefined
  /** Is there something of this name? */
  has(name: string): boolean
  /** What travels under `name`. */
  named(name: string): unknown
}

interface ValueContext {
  /** The program's instance on this kernel: its codes, closure templates and names. */
  readonly instance: ImageInstance
  /** The application API and what the kernel gives to programs. @default nothing */
  readonly externals?: NamedObjects
  /** The kernel's own resumable functions, ids `atoll:…`. @default `builtinCodeOf` */
  readonly builtinCode?: (id: string) => Code | undefined
  /** This machine's byte order; tests set it. @default the host's */
  readonly endianness?: 'LE' | 'BE'
}

/** What {@link encodeValues} needs to know about the values' surroundings. */
export interface EncodeContext extends ValueContext {
  /** The number of the fiber that settles this promise; `undefined` for foreign promises. @default none is known */
  readonly promiseId?: ((promise: Promise<unknown>) => number | undefined) | undefined
}

/** What {@link decodeValues} needs to know about the place where the values arrive. */
export interface DecodeContext extends ValueContext {
  /** The promise that the fiber of this number settles, made if necessary. @default refused */
  readonly promise?: ((id: number) => Promise<unknown> | undefined) | undefined
}
