import test from 'ava'
import fc from 'fast-check'
import { inspect } from 'node:util'
import { PosixError } from '@atoll/kernel'
import {
  array,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  ptr,
  struct,
  u16,
  u32,
  u64,
  u8,
  type Layout,
  type StructValue,
} from '../../src/index.js'
import { FlatMemory } from './flat-memory.js'

test('fields are aligned as C has them, and the size is a multiple of the alignment', (t) => {
  const S = struct({ a: i8, b: f64, c: u16, d: i32, e: u8 })
  t.deepEqual(
    (['a', 'b', 'c', 'd', 'e'] as const).map((name) => S.offsetOf(name)),
    [0, 8, 16, 20, 24],
  )
  t.is(S.size, 32)
  t.is(S.alignment, 8)
  const outer = struct({ flag: u8, inner: struct({ half: u16 }), list: array(u32, 3), tail: u8 })
  t.deepEqual([outer.offsetOf('inner'), outer.offsetOf('list'), outer.offsetOf('tail')], [2, 4, 16])
  t.is(outer.size, 20)
  t.is(struct({}).size, 0)
})

test('a packed structure has no gaps, and may lie anywhere in another', (t) => {
  const S = struct({ a: u8, b: f64, c: u16 }, { packed: true })
  t.deepEqual([S.offsetOf('a'), S.offsetOf('b'), S.offsetOf('c'), S.size, S.alignment], [0, 1, 9, 11, 1])
  t.is(struct({ x: u8, s: S }).offsetOf('s'), 1)
})

const everything = {
  a: i8, b: u8, c: i16, d: u16, e: i32, f: u32, g: i64, h: u64, i: f32, j: f64, k: ptr,
} // prettier-ignore

test('numbers lie in memory little-endian, all bits', (t) => {
  const memory = new FlatMemory(256)
  const S = struct(everything, { packed: true })
  memory.store(S, 100, {
    a: -2, b: 0xfe, c: -2, d: 0x1234, e: -2, f: 0x12345678, g: -2n, h: 0x0123456789abcdefn, i: 1, j: -2, k: 0x7000_1234_5678,
  }) // prettier-ignore
  const hex = Buffer.from(memory.bytes.subarray(100, 100 + S.size)).toString('hex')
  const parts = ['fe', 'fe', 'feff', '3412', 'feffffff', '78563412', 'feffffffffffffff', 'efcdab8967452301']
  t.is(hex, [...parts, '0000803f', '00000000000000c0', '7856341200700000'].join(''))
})

test('what is stored is loaded, whatever the values are, and nothing else is written', (t) => {
  const memory = new FlatMemory(2048)
  const inner = struct({ n: i16, list: array(struct({ u: u8, x: f64 }), 2) })
  const S = struct({ ...everything, inner, bytes: array(u8, 5) })
  const innerValue = fc.record({
    n: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
    list: fc.array(fc.record({ u: fc.nat(255), x: fc.double() }), { minLength: 2, maxLength: 2 }),
  })
  const value: fc.Arbitrary<StructValue<typeof S.fields>> = fc.record({
    a: fc.integer({ min: -128, max: 127 }),
    b: fc.nat(255),
    c: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
    d: fc.nat(0xffff),
    e: fc.integer(),
    f: fc.nat(0xffff_ffff),
    g: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    h: fc.bigInt(0n, 2n ** 64n - 1n),
    i: fc.float(),
    j: fc.double(),
    k: fc.maxSafeNat(),
    inner: innerValue,
    bytes: fc.array(fc.nat(255), { minLength: 5, maxLength: 5 }),
  })
  fc.assert(
    fc.property(value, fc.nat(1000), (stored, at) => {
      memory.bytes.fill(0xee)
      memory.store(S, at, stored)
      t.deepEqual(memory.load(S, at), stored)
      t.true(memory.bytes.subarray(0, at).every((byte) => byte === 0xee))
      t.true(memory.bytes.subarray(at + S.size).every((byte) => byte === 0xee))
    }),
    { numRuns: 50 },
  )
})

test('a store writes the fields that are given, each run of neighbours at once', (t) => {
  const memory = new FlatMemory(256)
  const S = struct({ a: u8, b: u32, c: u32, inner: struct({ x: u16, y: u16, z: u16 }), list: array(u16, 3) })
  memory.bytes.fill(0xee)
  memory.store(S, 16, { a: 1, b: 2 })
  t.deepEqual(memory.writes.splice(0), [[16, 8]]) // the padding between them goes with them
  memory.store(S, 16, { inner: { x: 7, z: 9 }, list: [5] })
  t.deepEqual(memory.writes.splice(0), [[28, 2], [32, 4]]) // prettier-ignore
  memory.store(S, 16, {})
  t.deepEqual(memory.writes, [])
  const { inner, list, c } = memory.load(S, 16)
  t.deepEqual({ inner, list, c }, { inner: { x: 7, y: 0xeeee, z: 9 }, list: [5, 0xeeee, 0xeeee], c: 0xeeeeeeee })
})

test('pointers lead to the fields', (t) => {
  const S = struct({ a: u8, b: f64, inner: struct({ x: u16, y: u32 }), list: array(u16, 3) })
  t.deepEqual(S.at(0x1000), { a: 0x1000, b: 0x1008, inner: { x: 0x1010, y: 0x1014 }, list: 0x1018 })
})

test("a view's properties are the memory", (t) => {
  const memory = new FlatMemory(256)
  const inner = struct({ n: i16, list: array(u32, 3) })
  const S = struct({ ...everything, inner, cells: array(struct({ v: f64 }), 2) })
  const p = memory.view(S, 64)
  p.j = 1.5
  p.j += 2
  p.a--
  p.h += 2n ** 63n
  p.k = 2 ** 48 - 1
  p.inner.n = -7
  p.inner.list[2] += 9
  p.cells[1].v = 0.25
  const loaded = memory.load(S, 64)
  t.deepEqual(loaded, {
    a: -1, b: 0, c: 0, d: 0, e: 0, f: 0, g: 0n, h: 2n ** 63n, i: 0, j: 3.5, k: 2 ** 48 - 1,
    inner: { n: -7, list: [0, 0, 9] }, cells: [{ v: 0 }, { v: 0.25 }],
  }) // prettier-ignore
  S.assign(p, { inner: { list: [1, 2] }, cells: [{ v: 1 }] })
  t.deepEqual([...p.inner.list], [1, 2, 9])
  t.deepEqual(
    [p.inner.n, p.inner.list.length, p.cells[0].v, p.cells[1].v, p.inner.list[3]],
    [-7, 3, 1, 0.25, undefined],
  )
  Object.assign(p, { inner: { list: [4] } })
  t.deepEqual(S.copy(p).inner, { n: -7, list: [4, 2, 9] })
  p.inner.list[0] = 1
  t.is(inspect(p.inner), '{ n: -7, list: [ 1, 2, 9 ] }')
})

test('each field of a view reads and writes what a load and a store do', (t) => {
  const memory = new FlatMemory(128)
  const S = struct(everything)
  const p = memory.view(S, 0)
  memory.bytes.forEach((_, i) => (memory.bytes[i] = i * 37))
  memory.bytes.fill(0, S.offsetOf('k') + 6, S.offsetOf('k') + 8)
  const loaded = memory.load(S, 0)
  for (const name of Object.keys(everything) as (keyof typeof everything)[]) {
    t.is(p[name], loaded[name], name)
    const before = memory.bytes.slice()
    Object.assign(p, { [name]: p[name] })
    t.deepEqual([...memory.bytes], [...before], name)
  }
})

test('an array in a view is a typed array, if its numbers are aligned; a frozen array of views, if it is one of structures', (t) => {
  const memory = new FlatMemory(256)
  const S = struct({ n: array(f64, 3), cells: array(struct({ v: u16 }), 2), rows: array(array(i32, 2), 2) })
  const p = memory.view(S, 8)
  t.deepEqual(p.n, new Float64Array(3))
  p.n[1] = 2.5
  t.is(memory.load(S, 8).n[1], 2.5)
  p.cells[1].v = 7
  p.rows[1][0] = -1
  t.deepEqual(memory.load(S, 8), { n: [0, 2.5, 0], cells: [{ v: 0 }, { v: 7 }], rows: [[0, 0], [-1, 0]] }) // prettier-ignore
  t.throws(() => Object.assign(p.cells, { 0: { v: 1 } }), { instanceOf: TypeError })
})

test('pointers, and numbers that are not aligned, are read and written by index all the same', (t) => {
  const memory = new FlatMemory(256)
  const S = struct({ odd: u8, n: array(f64, 3), to: array(ptr, 2) }, { packed: true })
  const p = memory.view(S, 16)
  p.n[2] = 0.5
  p.n[2]++
  p.to[1] = 2 ** 40
  t.deepEqual(memory.load(S, 16), { odd: 0, n: [0, 0, 1.5], to: [0, 2 ** 40] })
  t.deepEqual([[...p.n], p.n.length, p.n[3]], [[0, 0, 1.5], 3, undefined])
  t.is(inspect(p.to), '[ 0, 1099511627776 ]')
  const long = memory.view(struct({ all: array(ptr, 5000) }), 0)
  t.throws(() => long.all, { message: /5000 elements that are pointers or not aligned is too long/ })
})

test('a view ends the view of the memory at the end of its using', (t) => {
  let ended = 0
  const data = Object.assign(new DataView(new ArrayBuffer(8)), { [Symbol.dispose]: () => ended++ })
  const p = struct({ n: u8 }).viewOn(data, 0)
  p[Symbol.dispose]()
  t.is(ended, 1)
})

test('what was declared wrongly is refused, and told', (t) => {
  const refused = (declare: () => unknown, message: RegExp): void => {
    t.throws(declare, { instanceOf: PosixError, code: 'EINVAL', message })
  }
  refused(() => struct({ 1: u8 }), /'1' is no name for a field/)
  refused(() => struct({ a: 'u8' as unknown as Layout }), /the type of field 'a'/)
  refused(() => array(u8, -1), /'-1' is no number of elements/)
  refused(() => struct({ a: u8 }).offsetOf('b' as 'a'), /no field 'b'; there are: a/)
})

test('what does not fit is refused before anything is written', (t) => {
  const memory = new FlatMemory(8192)
  const S = struct({ a: u8, wide: i64, where: ptr, list: array(u8, 2), inner: struct({ x: u8 }) })
  const refused = (fields: object, message: RegExp): void => {
    t.throws(
      () => {
        memory.store(S, 0, fields)
      },
      { instanceOf: PosixError, code: 'EINVAL', message },
    )
  }
  refused({ a: 1, b: 2 }, /no field 'b'/)
  refused({ a: 1, wide: 1 }, /'1' is no value for a field of type i64/)
  refused({ a: 1, where: -1 }, /'-1' is no address/)
  refused({ a: 1, list: [1, 2, 3] }, /array of 2 can't be written from one of 3/)
  refused({ a: 1, list: 7 }, /array of 2 can't be written from '7'/)
  refused({ a: 1, inner: 7 }, /can't be written from '7'/)
  t.true(memory.bytes.every((byte) => byte === 0))
})
