import { PosixError } from '@atoll/kernel'
import type { Ptr } from '../pointer.js'
import {
  asPartOf,
  DATA,
  LAYOUT,
  OFFSET,
  type InputOf,
  type Layout,
  type Viewed,
  type ViewOf,
  type ViewProperty,
  type ValueOf,
} from './layout.js'
import { Scalar } from './scalars.js'
import type { WrittenRanges } from './written-ranges.js'

/** {@link ArrayView}s have a property for each index, of longer arrays that would be too many. */
const VIEWED_MAX = 4096

/**
 * An array in a view of a structure: its elements are read and written by index. Of numbers it is a typed array, of structures and arrays a frozen array of views.
 * @typeParam Element What an element reads as.
 */
export interface ArrayElements<Element> extends Iterable<Element> {
  readonly length: number
  [index: number]: Element
}

/** Elements that no typed array can be of: pointers, numbers that are not aligned, all wider than a byte on big-endian machines. */
export abstract class ArrayView<Element = unknown> implements Viewed, ArrayElements<Element> {
  readonly [DATA]: DataView
  readonly [OFFSET]: number;
  [index: number]: Element

  constructor(data: DataView, offset: number) {
    this[DATA] = data
    this[OFFSET] = offset
  }

  abstract get [LAYOUT](): ArrayLayout

  /** The number of elements. */
  get length(): number {
    return this[LAYOUT].length
  }

  /** The elements, in order. */
  *[Symbol.iterator](): Iterator<Element> {
    for (let i = 0; i < this.length; i++) yield this[i]
  }

  /** It goes to other kernels as what it is a view of. */
  [Symbol.for('atoll.serialize')](): unknown {
    return [this[LAYOUT], this[DATA], this[OFFSET]]
  }

  static [Symbol.for('atoll.deserialize')]([layout, data, offset]: [ArrayLayout, DataView, number]): ArrayView {
    return layout.oddViewOn(data, offset)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return this[LAYOUT].read(this[DATA], this[OFFSET])
  }
}

/** Elements of one type, one behind the other. */
export class ArrayLayout<L extends Layout = Layout> implements Layout<
  ValueOf<L>[],
  ArrayLike<InputOf<L>>,
  ArrayElements<ViewOf<L>>,
  Ptr
> {
  readonly element: L
  /** The number of elements. */
  readonly length: number
  /** Made when the first view is asked for. */
  #view: (new (data: DataView, offset: number) => ArrayView<ViewOf<L>>) | null = null

  constructor(element: L, length: number) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new PosixError('EINVAL', 'array', `'${String(length)}' is no number of elements`)
    }
    this.element = element
    this.length = length
  }

  get size(): number {
    return this.length * this.element.size
  }

  get alignment(): number {
    return this.element.alignment
  }

  read(data: DataView, at: number): ValueOf<L>[] {
    const { element } = this
    const values: ValueOf<L>[] = []
    for (let i = 0; i < this.length; i++) values.push(element.read(data, at + i * element.size) as ValueOf<L>)
    return values
  }

  /** Fewer elements than the array has leave the others as they are. */
  write(data: DataView, at: number, value: ArrayLike<InputOf<L>>, written?: WrittenRanges): void {
    const { element, length } = this
    if (!isArrayLike(value) || value.length > length) {
      const given = isArrayLike(value) ? `one of ${value.length}` : `'${String(value)}'`
      throw new PosixError('EINVAL', 'struct', `a field that is an array of ${length} can't be written from ${given}`)
    }
    for (let i = 0; i < value.length; i++) element.write(data, at + i * element.size, value[i] as never, written)
  }

  pointers(address: Ptr): Ptr {
    return address
  }

  property(offset: number): ViewProperty<ArrayElements<ViewOf<L>>> {
    const viewOn = this.viewOn.bind(this)
    const write = this.write.bind(this)
    return {
      get() {
        return viewOn(this[DATA], this[OFFSET] + offset)
      },
      set(value: ArrayLike<InputOf<L>>) {
        write(this[DATA], this[OFFSET] + offset, value)
      },
    }
  }

  /** The array that lies at byte `offset`. */
  viewOn(data: DataView, offset: number): ArrayElements<ViewOf<L>> {
    const { element, length } = this
    if (!(element instanceof Scalar)) {
      const property = element.property(0)
      const at = (i: number): Viewed => ({ [DATA]: data, [OFFSET]: offset + i * element.size })
      return Object.freeze(Array.from({ length }, (_, i) => property.get.call(at(i)))) as ViewOf<L>[]
    }
    const scalar = element as Scalar<ViewOf<L>>
    return scalar.arrayOn(data, offset, length) ?? this.oddViewOn(data, offset)
  }

  /** The same by an {@link ArrayView}. */
  oddViewOn(data: DataView, offset: number): ArrayView<ViewOf<L>> {
    const View = (this.#view ??= this.#makeView())
    return new View(data, offset)
  }

  /** It goes to other kernels as its declaration. */
  [Symbol.for('atoll.serialize')](): unknown {
    return [this.element, this.length]
  }

  static [Symbol.for('atoll.deserialize')]([element, length]: [Layout, number]): ArrayLayout {
    return new ArrayLayout(element, length)
  }

  #makeView(): new (data: DataView, offset: number) => ArrayView<ViewOf<L>> {
    const { element, length } = this
    if (length > VIEWED_MAX) {
      const remedy = 'align it, or copy it by load'
      const explanation = `an array of ${length} elements that are pointers or not aligned is too long to be read by index in a view: ${remedy}`
      throw new PosixError('EINVAL', 'view', explanation)
    }
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a getter of the class made here has another `this`
    const layout = this
    const View = class extends ArrayView<ViewOf<L>> {
      get [LAYOUT](): ArrayLayout {
        return layout
      }
    }
    for (let i = 0; i < length; i++) {
      Object.defineProperty(View.prototype, i, { ...element.property(i * element.size), enumerable: true })
    }
    return asPartOf(View)
  }
}

const isArrayLike = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && value !== null && Number.isSafeInteger((value as { length?: unknown }).length)

/**
 * An array as a field: `length` elements, without gaps.
 *
 * @example struct({ name: array(u8, 16), corners: array(struct({ x: f64, y: f64 }), 4) })
 * @throws PosixError `EINVAL`: the length is no count.
 */
export const array = <L extends Layout>(element: L, length: number): ArrayLayout<L> => new ArrayLayout(element, length)
