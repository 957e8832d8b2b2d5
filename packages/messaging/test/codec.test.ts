import test from 'ava'
import fc from 'fast-check'
import {
  bool,
  borrowedBytes,
  bytes,
  compileCodec,
  f64,
  FieldValueError,
  i32,
  list,
  MalformedMessageError,
  message,
  optional,
  protocol,
  ProtocolDeclarationError,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type Codec,
} from '../src/index.js'

const everything = compileCodec('test.everything', {
  a: u8,
  text: string,
  b: u16,
  c: u32,
  d: i32,
  e: u64,
  f: f64,
  g: bool,
  blob: bytes,
  maybe: optional(u32),
  maybeText: optional(string),
  numbers: list(f64),
  people: list(struct({ age: u8, name: string, nick: optional(string), scores: list(i32) })),
  lent: borrowedBytes,
})

type Everything = Parameters<typeof everything.bound>[0]

const arbitraryText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', '\ud800', 'ÿ', 'ā', 'x'.repeat(100), 'ā'.repeat(100)),
)
const arbitraryBytes = fc.uint8Array({ maxLength: 100 })
const arbitrary: fc.Arbitrary<Everything> = fc.record({
  a: fc.integer({ min: 0, max: 255 }),
  text: arbitraryText,
  b: fc.integer({ min: 0, max: 65_535 }),
  c: fc.integer({ min: 0, max: 0xffff_ffff }),
  d: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  e: fc.maxSafeNat(),
  f: fc.double(),
  g: fc.boolean(),
  blob: arbitraryBytes,
  maybe: fc.option(fc.nat(), { nil: undefined }),
  maybeText: fc.option(arbitraryText, { nil: undefined }),
  numbers: fc.array(fc.double(), { maxLength: 5 }),
  people: fc.array(
    fc.record({
      age: fc.integer({ min: 0, max: 255 }),
      name: arbitraryText,
      nick: fc.option(arbitraryText, { nil: undefined }),
      scores: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
  lent: arbitraryBytes,
})

const RUNS = Number(process.env['ATOLL_FUZZ_RUNS'] ?? 300)

/** Encodes at `at`, in memory of exactly the size that the codec asked for. */
function encode<T>(codec: Codec<T>, value: T, at = 0): Uint8Array {
  const memory = new Uint8Array(at + codec.bound(value)).fill(0xee)
  const end = codec.encode(value, new DataView(memory.buffer), memory, at)
  return memory.slice(0, end)
}

function decode<T>(codec: Codec<T>, memory: Uint8Array, at = 0): T {
  return codec.decode(new DataView(memory.buffer, memory.byteOffset), at, memory.length)
}

test('any values of the declared shape survive, bit by bit', (t) => {
  fc.assert(
    fc.property(arbitrary, fc.constantFrom(0, 8, 24), (value, at) => {
      t.deepEqual(decode(everything, encode(everything, value, at), at), value)
    }),
    { numRuns: RUNS },
  )
})

test('values survive in shared memory', (t) => {
  fc.assert(
    fc.property(arbitrary, (value) => {
      const encoded = encode(everything, value)
      const shared = new Uint8Array(new SharedArrayBuffer(encoded.length + 64))
      shared.set(encoded, 64)
      const decoded = everything.decode(new DataView(shared.buffer, 64), 0, encoded.length)
      t.deepEqual({ ...decoded, lent: decoded.lent.slice() }, value)
    }),
    { numRuns: RUNS },
  )
})

test('every beginning of a message is malformed, and so is a message with more behind it', (t) => {
  const value = fc.sample(arbitrary, { numRuns: 1, seed: 7 })[0]
  const encoded = encode(everything, value)
  for (let length = 0; length < encoded.length; length++) {
    t.throws(() => decode(everything, encoded.slice(0, length)), { instanceOf: MalformedMessageError })
  }
  const longer = new Uint8Array(encoded.length + 1)
  longer.set(encoded)
  t.throws(() => decode(everything, longer), { instanceOf: MalformedMessageError, message: /1 bytes too many/ })
})

test('damaged messages are malformed or mean something else, and never read beyond their end', (t) => {
  fc.assert(
    fc.property(
      arbitrary,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
      (value, damages) => {
        const encoded = encode(everything, value)
        const memory = new Uint8Array(encoded.length + 4096)
        memory.set(encoded)
        for (const [place, byte] of damages) memory[place % encoded.length] = byte
        try {
          const decoded = everything.decode(new DataView(memory.buffer), 0, encoded.length)
          t.deepEqual(decode(everything, encode(everything, decoded)), decoded, 'what decodes is of the shape')
        } catch (error) {
          if (!(error instanceof MalformedMessageError)) throw error
        }
      },
    ),
    { numRuns: RUNS },
  )
})

test('random bytes never do more than fail to decode', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      try {
        decode(everything, noise)
      } catch (error) {
        if (!(error instanceof MalformedMessageError)) throw error
      }
    }),
    { numRuns: RUNS },
  )
  t.pass()
})

test('a count that the message has no room for is refused before anything is made for it', (t) => {
  const codec = compileCodec('test.counts', { texts: list(string) })
  t.throws(() => decode(codec, new Uint8Array([0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0])), {
    instanceOf: MalformedMessageError,
    message: 'test.counts.texts is truncated',
  })
})

test('a codec of fixed fields knows its size and uses it exactly', (t) => {
  const codec = compileCodec('test.fixed', { a: u8, b: u32, c: f64, d: bool, e: u64, f: u16, g: i32 })
  t.is(codec.fixedBytes, 1 + 4 + 8 + 1 + 8 + 2 + 4)
  t.is(everything.fixedBytes, -1)
  t.is(encode(codec, { a: 1, b: 2, c: 3, d: true, e: 4, f: 5, g: -6 }).length, codec.fixedBytes)
})

test('the layout is what the documentation says', (t) => {
  const codec = compileCodec('test.layout', { text: string, tid: u32, flag: bool, big: u64, some: optional(u8) })
  t.deepEqual(
    [...encode(codec, { text: 'hé', tid: 0x01020304, flag: true, big: 2 ** 32 + 5, some: 9 })],
    [4, 3, 2, 1, 1, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x68, 0xe9, 1, 9],
  )
  const wide = compileCodec('test.wide', { text: string })
  t.deepEqual([...encode(wide, { text: '€' })], [2, 0, 0, 0x80, 0xac, 0x20])
  const blob = compileCodec('test.blob', { blob: bytes })
  const encoded = encode(blob, { blob: new Uint8Array(32).fill(7) })
  t.deepEqual([...encoded.slice(0, 9)], [32, 0, 0, 0, 0, 0, 0, 0, 7], 'aligned from 32 bytes on')
  t.deepEqual([...encode(blob, { blob: new Uint8Array([7]) })], [1, 0, 0, 0, 7])
})

test('values that do not fit their fields are refused, and the error names the field', (t) => {
  const number = (field: 'u8' | 'u16' | 'u32' | 'i32' | 'u64' | 'f64', value: unknown): Error | undefined => {
    const types = { u8, u16, u32, i32, u64, f64 }
    return t.throws(() => encode(compileCodec('p.m', { x: types[field] }), { x: value as number }), {
      instanceOf: FieldValueError,
    })
  }
  t.is(number('u8', 256)?.message, 'p.m.x must be an integer of 0 … 255, not 256')
  for (const value of [-1, 1.5, 65_536, NaN, '1', undefined]) number('u16', value)
  for (const value of [-1, 0.1, 2 ** 32, Infinity, null, 3n]) number('u32', value)
  for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5]) number('i32', value)
  for (const value of [2 ** 53, -1, 0.5, NaN]) number('u64', value)
  number('f64', '1')
  const shape = compileCodec('p.m', { ok: bool, name: string, blob: bytes, all: list(struct({ n: u8 })) })
  const good = { ok: true, name: 'n', blob: new Uint8Array(1), all: [{ n: 1 }] }
  t.notThrows(() => encode(shape, good))
  const bad = (change: object): string => {
    return t.throws(() => encode(shape, { ...good, ...change }), { instanceOf: FieldValueError }).message
  }
  t.is(bad({ ok: 1 }), 'p.m.ok must be a boolean, not 1')
  t.is(bad({ name: 5 }), 'p.m.name must be a string, not 5')
  t.is(bad({ blob: [1] }), 'p.m.blob must be a Uint8Array, not a value of Array')
  t.is(bad({ all: 'x' }), 'p.m.all must be an array, not "x"')
  t.is(bad({ all: [null] }), 'p.m.all[] must be an object, not null')
  t.is(bad({ all: [{ n: -1 }] }), 'p.m.all[].n must be an integer of 0 … 255, not -1')
})

test('bytes are copied to their receiver, borrowed ones are not', (t) => {
  const codec = compileCodec('test.bytes', { kept: bytes, lent: borrowedBytes })
  const memory = encode(codec, { kept: new Uint8Array([1]), lent: new Uint8Array([1]) })
  const { kept, lent } = decode(codec, memory)
  memory.fill(9)
  t.deepEqual([...kept], [1])
  t.deepEqual([...lent], [9])
})

test('declarations that cannot work are refused', (t) => {
  const refused = (declare: () => unknown, message: RegExp): void => {
    t.throws(declare, { instanceOf: ProtocolDeclarationError, message })
  }
  refused(() => protocol('p', 256, {}), /protocol p has the id 256/)
  refused(() => protocol('p', 1, { m: message(-1, {}) }), /p\.m has the id -1/)
  refused(() => protocol('p', 1, { m: message(1, {}), n: message(1, {}) }), /p\.n and p\.m have the same id 1/)
  refused(() => protocol('p', 1, { m: message(1, { 'a-b': u8 }) }), /p\.m\.a-b is not a field name/)
  refused(() => protocol('p', 1, { m: message(1, { ['__proto__']: u8 }) }), /p\.m\.__proto__ is not a field name/)
  refused(() => protocol('p', 1, { m: message(1, { toString: optional(u8) }) }), /p\.m\.toString is not a field name/)
  refused(() => protocol('p', 1, { m: message(1, { x: optional(optional(u8)) }) }), /p\.m\.x is optional twice/)
  for (const nothing of [struct({}), struct({ y: struct({}), z: struct({}) })]) {
    refused(() => protocol('p', 1, { m: message(1, { x: list(nothing) }) }), /p\.m\.x is a list of values without/)
  }
})

test('NaN, infinities and the sign of zero survive', (t) => {
  const codec = compileCodec('test.f64', { x: f64 })
  for (const x of [NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE]) {
    t.true(Object.is(decode(codec, encode(codec, { x })).x, x))
  }
})
