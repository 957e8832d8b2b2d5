export { array, ArrayLayout, ArrayView, type ArrayElements } from './array.js'
export type { InputOf, Layout, PointersOf, ValueOf, Viewed, ViewOf, ViewProperty } from './layout.js'
export {
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  ptr,
  Scalar,
  u16,
  u32,
  u64,
  u8,
  type Access,
  type ElementArray,
} from './scalars.js'
export type { WrittenRange, WrittenRanges } from './written-ranges.js'
export {
  StructLayout,
  StructView,
  type Fields,
  type StructFields,
  type StructInput,
  type StructOptions,
  type StructPointers,
  type StructValue,
} from './struct-layout.js'
export { Struct, struct } from './struct.js'
