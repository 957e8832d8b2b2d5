import test, { type ExecutionContext } from 'ava'
import { UNINITIALIZED } from '../../src/index.js'
import { program, send, sendAll } from './program.js'
import { difference } from './same.js'

function arrives(t: ExecutionContext, value: unknown): void {
  t.is(difference(value, send(value)), null)
}

test('primitives arrive exactly', (t) => {
  const numbers = [
    0,
    -0,
    1,
    -16,
    -17,
    111,
    112,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    2 ** 53,
    0.1,
    NaN,
    Infinity,
    -Infinity,
    5e-324,
  ]
  const strings = [
    '',
    'a',
    'é',
    '日本',
    '\0',
    '\ud800',
    ...[47, 48, 49, 63, 64, 5000].flatMap((n) => ['x'.repeat(n), '日'.repeat(n)]),
  ]
  const integers = [0n, 1n, -1n, 255n, 256n, -(2n ** 63n), 2n ** 64n, 3n ** 500n]
  const symbols = [Symbol.for('k'), Symbol.for(''), Symbol.iterator, Symbol.asyncIterator, UNINITIALIZED]
  for (const value of [undefined, null, true, false, ...numbers, ...strings, ...integers, ...symbols]) {
    t.true(Object.is(send(value), value), String(value))
  }
})

test('plain objects and arrays keep order, prototypes and odd keys', (t) => {
  arrives(t, { b: 1, a: { 2: 'two', 1: 'one', c: [] }, '': 0, constructor: 5, toString: 6, 'a-b': 7, 日: 8 })
  arrives(t, Object.assign(Object.create(null), { x: 1, __proto__: 2 }))
  arrives(t, JSON.parse('{"__proto__": {"polluted": true}, "a": 1}'))
  arrives(t, Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key${i}`, i])))
  arrives(t, [[], [[]], [1, 'a', null, undefined]])
  arrives(t, Object.create({ inherited: { deep: 1 } }, { own: { value: 1, enumerable: true } }))
  arrives(t, Object.create(Array.prototype))
})

test('an object that looks like a frame is none', (t) => {
  for (const $f of [1, null, {}, { resume: Math.max, id: 'x' }]) arrives(t, { $f, $p: 0, $c: null })
})

test('an own key __proto__ is defined, not set', (t) => {
  const copies = Array.from({ length: 5 }, () => send(JSON.parse('{"__proto__": {"polluted": true}}'))) // past compilation
  for (const copy of copies) {
    t.is(Object.getPrototypeOf(copy), Object.prototype)
    t.deepEqual(Object.keys(copy), ['__proto__'])
  }
  t.false('polluted' in {})
})

test('arrays keep holes, lengths, extra properties, attributes and accessors', (t) => {
  const sparse: unknown[] = []
  sparse[4_000_000_000] = 'far'
  const fixed = [1, 2]
  Object.defineProperty(fixed, 'length', { writable: false })
  const hidden = [1, 2, 3]
  Object.defineProperty(hidden, 1, { enumerable: false })
  const computed = [1, 2, 3]
  Object.defineProperty(computed, 1, { get: Math.random, enumerable: true, configurable: true })
  const settable = [1, 2, 3]
  Object.defineProperty(settable, 1, { set: Array.prototype.push, enumerable: true, configurable: true })
  const constant = [undefined, 1, {}]
  for (const i of [0, 2]) Object.defineProperty(constant, i, { writable: false })
  for (const array of [sparse, fixed, hidden, computed, settable, constant]) arrives(t, array)
  for (const array of [Object.assign(new Array(3), { 0: 1, 2: 3 }), new Array(10), new Array(100_000)])
    arrives(t, array)
  arrives(t, Object.setPrototypeOf([1, 2], Object.prototype))
  arrives(t, Object.setPrototypeOf([1, 2], { inherited: 1 }))
  arrives(t, Object.assign([1, 2], { index: 0, [Symbol.for('s')]: 1 }))
  arrives(t, /(?<year>\d+)/.exec('in 2024'))
  arrives(t, ((strings: TemplateStringsArray, ..._: number[]) => strings)`a${1}b`)
})

test('property attributes, symbol keys, accessors and integrity levels are kept', (t) => {
  const key = Symbol.for('atoll.test')
  arrives(t, { a: 1, [key]: 2, b: 3, [Symbol.iterator]: 4 })
  arrives(
    t,
    Object.defineProperties(
      {},
      { a: { value: 1 }, b: { value: 2, enumerable: true }, c: { value: 3, writable: true } },
    ),
  )
  arrives(t, Object.defineProperty({ a: 1, z: 2 }, 'p', { get: Math.random, set: undefined, enumerable: true }))
  for (const make of [
    () => ({ a: 1, b: { c: 2 } }),
    () => Object.assign(new Array(3), { 0: 1, 2: { d: 2 } }),
    () => new Map([[1, 2]]),
    () => new Error('e'),
  ]) {
    for (const level of [Object.preventExtensions, Object.seal, Object.freeze]) arrives(t, level(make()))
  }
  arrives(t, Object.freeze(Object.defineProperty({ z: 1 }, 'g', { get: Math.random, enumerable: true })))
})

test('built-in objects keep their state and what was added to them', (t) => {
  const expression = Object.assign(/a+(b)/giu, { extra: 1 })
  expression.lastIndex = 3
  const map = new Map<unknown, unknown>([['a', 1], [NaN, -0], [{}, { k: 1 }]]) // prettier-ignore
  const boxed = [Object(1), Object('text'), Object(false), Object(5n), Object(Symbol.iterator)]
  const set = new Set<unknown>([1, 'b', map])
  for (const value of [map, set, new Date(0), new Date(NaN), expression, ...boxed]) arrives(t, value)
  arrives(t, Object.assign(new Map([[1, 2]]), { note: 'x' }))
  arrives(t, Object.assign(new Date(5), { zone: { name: 'UTC' } }))
})

test('errors keep class, message, stack, cause and what was added to them', (t) => {
  const cause = new RangeError('inner', { cause: { code: 7 } })
  for (const error of [new Error('plain'), new TypeError('typed', { cause }), new AggregateError([cause, 1], 'many')]) {
    const copy = send(Object.assign(error, { code: 'E1' }))
    t.is(difference(error, copy), null)
    t.is(copy.stack, error.stack)
    t.true(copy instanceof Error && copy.constructor === error.constructor)
  }
})

test('an error that has no stack gets none', (t) => {
  const error = new Error('quiet')
  delete error.stack
  arrives(t, [error, Object.freeze(error)])
  const empty = new Error()
  delete empty.stack
  t.deepEqual(Reflect.ownKeys(send(empty)), [])
})

test('views share buffers as before, and a lone view brings only its buffer', (t) => {
  const buffer = new ArrayBuffer(64)
  const views = [
    new Uint8Array(buffer, 1, 10),
    new Float64Array(buffer, 8, 3),
    new DataView(buffer, 2, 20),
    buffer,
    new Int16Array(buffer),
  ]
  new Uint8Array(buffer).forEach((_, i, bytes) => (bytes[i] = i * 7))
  arrives(t, views)
  arrives(t, [...views].reverse())
  arrives(t, [
    new Uint8Array([1, 2, 3]),
    new BigInt64Array([1n, -1n]),
    new Uint8ClampedArray([300]),
    new Float32Array([1.5, NaN]),
  ])
  const bytes = new Uint8Array(100_000).fill(7)
  arrives(t, { bytes, again: bytes.buffer })
})

test('a typed array keeps a disposal of its own', (t) => {
  const array = new Uint8Array([1, 2, 3])
  Object.defineProperty(array, Symbol.dispose, { value: Math.abs, configurable: true })
  const copy = send(array)
  t.is((copy as unknown as { [Symbol.dispose]: unknown })[Symbol.dispose], Math.abs)
  t.deepEqual([...copy], [1, 2, 3])
  t.deepEqual(Object.keys(copy), ['0', '1', '2'])
})

test('a buffer of Node arrives as one, without the pool that it was cut from', (t) => {
  const buffer = Buffer.from('small text')
  const copy = send(buffer)
  t.true(Buffer.isBuffer(copy) && copy.equals(buffer))
  t.is(copy.buffer.byteLength, buffer.length)
})

test('buffers of Node that share memory still do, whichever comes first', (t) => {
  const all = Buffer.from('small text')
  const head = all.subarray(0, 2)
  for (const views of [
    [all, head],
    [head, all],
  ]) {
    const copies = sendAll(views) as Buffer[]
    t.deepEqual(copies.map(String), views.map(String))
    copies[0][1] = 88
    t.is(copies[1][1], 88)
  }
})

test('element data is little-endian on the wire, whatever the machines', (t) => {
  const buffer = new ArrayBuffer(40)
  const view = new DataView(buffer)
  for (let i = 0; i < 5; i++) view.setFloat64(8 * i, i + 0.1) // as a big-endian machine stores them
  const doubles = new Float64Array(buffer, 8, 3)
  const [copy, bytes, twice] = sendAll(
    [doubles, new Uint8Array(buffer, 0, 8), new Float64Array(buffer, 16, 2)],
    program({ endianness: 'BE' }).context,
  ) as [Float64Array, Uint8Array, Float64Array]
  t.deepEqual([...copy, ...twice], [1.1, 2.1, 3.1, 2.1, 3.1])
  t.deepEqual([...bytes], [...new Uint8Array(buffer, 0, 8)])
  const home = sendAll([copy, bytes, twice], program().context, program({ endianness: 'BE' }).context)
  t.is(difference(home, [doubles, new Uint8Array(buffer, 0, 8), new Float64Array(buffer, 16, 2)]), null)
})

test('views that a big-endian machine can not convert are refused', (t) => {
  const buffer = new ArrayBuffer(16)
  const views = [new Float64Array(buffer), new Uint16Array(buffer)]
  const error = t.throws(() => sendAll(views, program({ endianness: 'BE' }).context), { code: 'ENOTSUP' })
  t.regex(error.message, /overlap/)
})

test('an arguments object stays one', (t) => {
  const given = (function (..._: unknown[]) {
    // eslint-disable-next-line prefer-rest-params -- what is tested
    return arguments
  })(1, { a: 2 })
  const copy = send(given)
  t.is(Object.prototype.toString.call(copy), '[object Arguments]')
  t.deepEqual([...copy], [1, { a: 2 }])
})

test('what was changed about an arguments object is kept', (t) => {
  const make = function (..._: unknown[]): Record<PropertyKey, unknown> {
    // eslint-disable-next-line prefer-rest-params -- what is tested
    return arguments as never
  }
  arrives(t, Object.assign(make(1, 2), { length: 1, extra: [5], 7: 'far' }))
  arrives(t, Object.freeze(make(1, { a: 2 })))
  arrives(t, Object.seal(make()))
  const holey = make(1, 2, 3)
  delete holey[1]
  Object.defineProperty(holey, 2, { writable: false })
  arrives(t, holey)
})

test('identity and cycles are kept across all roots', (t) => {
  const shared = { name: 'shared' }
  const cycle: Record<string, unknown> = { before: 1, shared, after: 'x' }
  cycle['self'] = cycle
  cycle['list'] = [cycle, shared, new Map<unknown, unknown>([[cycle, shared]]), new Set([cycle])]
  cycle['late'] = 5
  const roots = [shared, cycle, [cycle, shared], Object.freeze({ cycle })]
  for (let i = 0; i < 5; i++) t.is(difference(roots, sendAll(roots)), null)
})

test('a key that is still being read when its map is', (t) => {
  const owner: { map: Map<unknown, unknown>; label: string } = { map: new Map(), label: 'o' }
  owner.map.set('first', 1).set(owner, owner.map).set('last', 2)
  arrives(t, owner)
})

test('depth costs no stack', (t) => {
  let list: unknown = null
  for (let i = 0; i < 100_000; i++) list = { i, next: list }
  let length = 0
  for (let node = send(list) as { i: number; next: unknown } | null; node; node = node.next as typeof node) {
    if (node.i !== 99_999 - length++) return t.fail('out of order')
  }
  t.is(length, 100_000)
})

test('depth costs no stack through arrays, maps, sets, dictionaries, instances, frozen and derived objects', (t) => {
  const { context, classes } = program()
  let chain: unknown = 'end'
  const wide = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`k${i}`, i]))
  for (let i = 0; i < 1000; i++) {
    chain = Object.assign(new classes.Point(i, 0), { chain })
    chain = [new Set([Object.freeze([chain])])]
    chain = new Map([[Object.create(null, { chain: { value: chain, enumerable: true } }), { ...wide, chain }]])
    chain = classes.List.of(chain, i)
  }
  t.is(difference(chain, send(chain, context, context)), null)
})

test('intrinsics travel by name', (t) => {
  const { get } = Object.getOwnPropertyDescriptor(Map.prototype, 'size')!
  const hidden = Object.getPrototypeOf([].values())
  const values = [
    Math.sin,
    Array.prototype.map,
    Math,
    JSON,
    Reflect,
    Array.prototype,
    globalThis,
    get,
    hidden,
    Buffer,
    TypeError,
  ]
  t.deepEqual(sendAll(values), values)
})
