/** What is done with memory in one step, once its pages are here. */
export interface Operation {
  /** The call's name. */
  readonly name: string
  /** Bytes that it concerns. */
  readonly size: number
  /** Must its address be a multiple of its size? */
  readonly aligned: boolean
  readonly write: boolean
  /** `at`: where in `view`. Values are little-endian on every machine. */
  readonly perform: (view: DataView, at: number, a: never, b: never) => unknown
}

/** The types of scalars, as calls name them. */
export type IntegerType = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64'
export type ScalarType = IntegerType | 'f32' | 'f64'

/** How a type is read and written. */
interface Scalar {
  readonly size: number
  /** Methods of `DataView`: `get…`, `set…`. */
  readonly method: string
}

export const SCALARS: Readonly<Record<ScalarType, Scalar>> = {
  i8: { size: 1, method: 'Int8' },
  u8: { size: 1, method: 'Uint8' },
  i16: { size: 2, method: 'Int16' },
  u16: { size: 2, method: 'Uint16' },
  i32: { size: 4, method: 'Int32' },
  u32: { size: 4, method: 'Uint32' },
  i64: { size: 8, method: 'BigInt64' },
  u64: { size: 8, method: 'BigUint64' },
  f32: { size: 4, method: 'Float32' },
  f64: { size: 8, method: 'Float64' },
}

export const SCALAR_TYPES = Object.keys(SCALARS) as ScalarType[]
export const INTEGER_TYPES = SCALAR_TYPES.filter((type): type is IntegerType => type !== 'f32' && type !== 'f64')

type Get = (at: number, littleEndian: true) => number | bigint
type Set = (at: number, value: number | bigint, littleEndian: true) => void

/* eslint-disable @typescript-eslint/unbound-method -- called with the view as `this` */
const getter = (type: ScalarType): Get => DataView.prototype[`get${SCALARS[type].method}` as 'getInt32']
const setter = (type: ScalarType): Set => DataView.prototype[`set${SCALARS[type].method}` as 'setInt32'] as Set
/* eslint-enable @typescript-eslint/unbound-method */

function load(type: ScalarType): Operation {
  const get = getter(type)
  const { size } = SCALARS[type]
  return { name: `load_${type}`, size, aligned: false, write: false, perform: (view, at) => get.call(view, at, true) }
}

function store(type: ScalarType): Operation {
  const set = setter(type)
  const perform = (view: DataView, at: number, value: number | bigint): void => {
    set.call(view, at, value, true)
  }
  return { name: `store_${type}`, size: SCALARS[type].size, aligned: false, write: true, perform }
}

type Combine<T> = (old: T, operand: T) => T

interface Combination {
  readonly number: Combine<number>
  readonly bigint: Combine<bigint>
}

/** What a call writes, of what it finds and is given. The type's width is kept by what writes it. */
const COMBINATIONS: Readonly<Record<string, Combination>> = {
  exchange: { number: (_old, value) => value, bigint: (_old, value) => value },
  fetch_add: { number: (old, value) => old + value, bigint: (old, value) => old + value },
  fetch_sub: { number: (old, value) => old - value, bigint: (old, value) => old - value },
  fetch_and: { number: (old, value) => old & value, bigint: (old, value) => old & value },
  fetch_or: { number: (old, value) => old | value, bigint: (old, value) => old | value },
  fetch_xor: { number: (old, value) => old ^ value, bigint: (old, value) => old ^ value },
}

function atomics(type: IntegerType): Operation[] {
  const [get, set] = [getter(type), setter(type)]
  const { size, method } = SCALARS[type]
  const kind = method.startsWith('Big') ? 'bigint' : 'number'
  const shape = { size, aligned: true }
  const scratch = new DataView(new ArrayBuffer(8))
  /** As the type has it: `expected` may be given unsigned where values are signed. */
  const asType = (value: number | bigint): number | bigint => {
    set.call(scratch, 0, value, true)
    return get.call(scratch, 0, true)
  }
  const combining = Object.entries(COMBINATIONS).map(([name, combinations]): Operation => {
    const combine = combinations[kind] as Combine<number | bigint>
    return {
      name: `atomic_${name}_${type}`,
      ...shape,
      write: true,
      perform: (view, at, operand: number | bigint) => {
        const old = get.call(view, at, true)
        set.call(view, at, combine(old, asType(operand)), true)
        return old
      },
    }
  })
  return [
    { ...load(type), ...shape, name: `atomic_load_${type}` },
    { ...store(type), ...shape, name: `atomic_store_${type}` },
    ...combining,
    {
      name: `atomic_compare_exchange_${type}`,
      ...shape,
      write: true,
      perform: (view, at, expected: number | bigint, desired: number | bigint) => {
        const old = get.call(view, at, true)
        if (old === asType(expected)) set.call(view, at, desired, true)
        return old
      },
    },
  ]
}

/** All operations, by the name of their call. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [...SCALAR_TYPES.flatMap((type) => [load(type), store(type)]), ...INTEGER_TYPES.flatMap(atomics)].map((operation) => [
    operation.name,
    operation,
  ]),
)
