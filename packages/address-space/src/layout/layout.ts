import type { Ptr } from '../pointer.js'
import type { WrittenRanges } from './written-ranges.js'

/** Views' own state: the bytes … */
export const DATA = Symbol('data')
/** … where in them the view begins … */
export const OFFSET = Symbol('offset')
/** … and what lies there. */
export const LAYOUT = Symbol('layout')

/** What the accessors of fields work on: a structure, or an array, that lies somewhere in a `DataView`. */
export interface Viewed {
  readonly [DATA]: DataView
  /** Bytes from the beginning of the `DataView`. */
  readonly [OFFSET]: number
}

/**
 * How values of one type lie in memory: the same bytes on every machine, numbers little-endian. `Value` is what they are read as, `Input` what they
 * can be written from, `View` what a property of a view gives, `Pointers` what `at` gives.
 */
export interface Layout<Value = unknown, Input = never, View = unknown, Pointers = unknown> {
  /** Bytes. */
  readonly size: number
  /** Bytes: a power of two. */
  readonly alignment: number
  /** A copy of the value at byte `at`. */
  read(data: DataView, at: number): Value
  /** Writes what is given of a value at byte `at`; tells `written` where. Throws `EINVAL` for what can't be written there. */
  write(data: DataView, at: number, value: Input, written?: WrittenRanges): void
  /** Where the parts of a value at this address are. */
  pointers(address: Ptr): Pointers
  /** The property of a view for a value that lies `offset` bytes behind its beginning. */
  property(offset: number): ViewProperty<View>
}

/** A property of a view's prototype. */
export interface ViewProperty<View = unknown> {
  /** What a view gives. */
  get(this: Viewed): View
  /** Writes what it is assigned. */
  set(this: Viewed, value: never): void
}

/** What values of a layout are read as. */
export type ValueOf<L> = L extends Layout<infer Value> ? Value : never
/** What values of a layout can be written from. */
export type InputOf<L> = L extends Layout<unknown, infer Input> ? Input : never
/** What a view gives for values of a layout. */
export type ViewOf<L> = L extends Layout<unknown, never, infer View> ? View : never
/** What `at` gives for values of a layout. */
export type PointersOf<L> = L extends Layout<unknown, never, unknown, infer Pointers> ? Pointers : never

/** Instances travel as those of the class that it extends, which all kernels know by name. */
export function asPartOf<View extends { readonly prototype: object }>(view: View): View {
  Reflect.deleteProperty(view.prototype, 'constructor')
  return view
}
