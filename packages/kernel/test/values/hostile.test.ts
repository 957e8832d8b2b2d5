import test from 'ava'
import fc from 'fast-check'
import { decodeValues, encodeValues, MalformedImageError, UnknownCodeError } from '../../src/index.js'
import { LayoutSet } from '../../src/values/layout.js'
import { FUZZ_TIMEOUT_MS, fuzzRuns } from './fuzz-runs.js'
import { program } from './program.js'

const given = program({ promiseId: () => 1, promise: () => Promise.resolve() })
const { context, classes } = given

/** One image with everything in it, so that mutations reach every reader. */
function everything(): unknown[] {
  const cycle: Record<string, unknown> = { name: 'cycle', n: 1.5 }
  cycle['self'] = [cycle]
  const environment: Record<string, unknown> = { count: 1, cycle }
  environment['f'] = given.counter.make(environment)
  const buffer = new ArrayBuffer(16)
  const holey = Object.assign(new Array<unknown>(3), { 0: 1, 2: 'x' })
  const stack = given.frame(
    given.codes.outer,
    0,
    { a: environment, b$1: holey },
    given.frame(given.codes.inner, 1, { cfg: cycle, t$0: 2n ** 70n }),
  )
  let deep: unknown = 1
  for (let i = 0; i < 80; i++) deep = [{ deep }]
  const bare = Object.assign(Object.create(null), { a: 1 })
  const point = new classes.Point(1, 2)
  const local = given.local.make({ x: 1 }) as unknown as new () => object
  return [
    ...[
      stack,
      deep,
      bare,
      point,
      new local(),
      new classes.Temperature(3),
      Object.freeze({ a: [1] }),
      given.settings,
      Math.max,
    ],
    ...[
      new Map<unknown, unknown>([[cycle, point]]),
      new Set([1, 'é', '日本']),
      new Date(5),
      /x/g,
      new TypeError('t'),
      Object('boxed'),
    ],
    ...[
      buffer,
      new Float64Array(buffer),
      new Uint8Array([1, 2, 3]),
      new DataView(buffer, 4),
      classes.List.of(1, 2),
      new classes.Grid(),
    ],
    ...[
      Symbol.for('s'),
      Symbol.iterator,
      Promise.resolve(),
      classes.Point.prototype.move,
      given.double.bind(cycle, 1),
      Object.defineProperty({}, 'g', { get: Math.random }),
    ],
    ...[
      Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`k${i}`, i])),
      JSON.parse('{"__proto__": 1}'),
      Object.assign([], { 9: 1, x: 2 }),
    ],
  ]
}

const image = encodeValues(everything(), context).slice()

/** Decoding returns, or throws one of the two errors that it may throw, and leaves the built-in prototypes as they were. */
function survives(bytes: Uint8Array): boolean {
  try {
    decodeValues(bytes, context)
  } catch (error) {
    if (!(error instanceof MalformedImageError) && !(error instanceof UnknownCodeError)) throw error
  }
  return fingerprint() === untouched
}

const guarded = [Object, Array, Function, Map, Set, Error, Promise, classes.Point, classes.Grid, given.double]
const fingerprint = (): string =>
  guarded
    .flatMap((owner) => [owner, owner.prototype as object | undefined])
    .map((object) => (object ? Reflect.ownKeys(object).map(String).join() + Object.isFrozen(object) : ''))
    .join(';') + JSON.stringify(given.settings)

const untouched = fingerprint()

test('the image of everything decodes', (t) => {
  t.is(decodeValues(image, context).length, everything().length)
})

test('every truncation is refused', (t) => {
  for (let length = 0; length < image.length; length++) {
    t.throws(() => decodeValues(image.subarray(0, length), context), { instanceOf: MalformedImageError })
  }
})

test('every single damaged byte is survived', (t) => {
  for (let at = 0; at < image.length; at++) {
    for (const value of [0x0d, 0xff, (image[at] + 1) & 0xff]) {
      const bytes = image.slice()
      bytes[at] = value
      if (!survives(bytes)) return t.fail(`byte ${at} = ${value}`)
    }
  }
  t.pass()
})

test('mutated images never crash, hang or pollute', (t) => {
  t.timeout(FUZZ_TIMEOUT_MS)
  const edits = fc.array(
    fc.record({ at: fc.nat(image.length - 1), remove: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) }),
    { minLength: 1, maxLength: 6 },
  )
  const mutate = (
    edited: Uint8Array,
    { at, remove, insert }: { at: number; remove: number; insert: Uint8Array },
  ): Uint8Array => Uint8Array.from([...edited.subarray(0, at), ...insert, ...edited.subarray(at + remove)])
  t.notThrows(() =>
    fc.assert(
      fc.property(edits, (list) => survives(list.reduce(mutate, image))),
      fuzzRuns({ numRuns: 700, seed: 1 }),
    ),
  )
})

test('arbitrary bytes never crash, hang or pollute', (t) => {
  t.timeout(FUZZ_TIMEOUT_MS)
  const bytes = fc.uint8Array({ maxLength: 64 }).map((tail) => Uint8Array.from([1, 3, ...tail]))
  t.notThrows(() => fc.assert(fc.property(bytes, survives), fuzzRuns({ numRuns: 1500, seed: 2 })))
})

test('a few bytes can not ask for much memory or depth', (t) => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0x0f]
  const attacks = [
    [1, ...huge],
    [1, 1, 0x15, ...huge], // an array
    [1, 1, 0x16, ...huge], // a map
    [1, 1, 0x07, ...huge], // a string
    [1, 1, 0x06, ...huge], // a big integer
    [1, 1, 0x1d, ...huge], // a buffer
    [1, 1, 0x1e, 1, ...huge], // a typed array
    [1, 1, 0x12, 0, ...huge], // a layout
    [1, 1, ...new Array<number>(100_000).fill(0x15).flatMap((tag) => [tag, 1])], // nested arrays
    [1, 1, ...new Array<number>(100_000).fill(0x11)], // nested prefixes
    [1, 1, ...new Array<number>(100_000).fill(0x10)],
    [1, 1, ...new Array<number>(100_000).fill(0x0e)],
  ]
  for (const attack of attacks) {
    t.throws(() => decodeValues(Uint8Array.from(attack), context), { instanceOf: MalformedImageError })
  }
})

test('a stack that ends in itself is refused', (t) => {
  const id = Buffer.from('test.ts:3:1')
  const frame = [0x29, 0, 2 * id.length, ...id, 0, 0x90, 0x90]
  t.notThrows(() => decodeValues(Uint8Array.from([1, 1, ...frame, 1, 0]), context))
  const refusal = { instanceOf: MalformedImageError, message: /a frame is its own caller/ }
  t.throws(() => decodeValues(Uint8Array.from([1, 1, ...frame, 0x0d, 0, 0]), context), refusal)
})

/** The bytes of an untagged string. */
const text = (value: string): number[] => [2 * value.length, ...Buffer.from(value)]

test('objects of the program can not be reached to be patched', (t) => {
  const closure = [0x24, 0, ...text('test.ts:50:9'), 1, 0x12, 0, 0] // over an empty environment, object 0
  const property = [0x49, ...Buffer.from('prototype'), 7] // a key and its attributes
  const theirs = [0x23, 0, ...text('Object.prototype')]
  const evil = [3, 1, 0, 0, 1, 0x44, ...Buffer.from('evil'), 7, 0x91]
  const replace = [2, 1, 0, 1, ...property.slice(0, -1), 1, ...theirs]
  const refusal = { instanceOf: MalformedImageError }
  t.throws(() => decodeValues(Uint8Array.from([1, 1, 0x10, ...closure, ...replace, ...evil, 0]), context), refusal)
  t.throws(() => decodeValues(Uint8Array.from([1, 1, 0x10, 0x27, 1, 2, 0, 0, 1, 0x41, 0x78, 7, 0x91, 0]), context), {
    message: /not to be changed/,
  })
  t.is(fingerprint(), untouched)
})

test('an instance that its class made before can not be patched', (t) => {
  class Single {
    [Symbol.for('atoll.serialize')](): unknown {
      return 1
    }
    static [Symbol.for('atoll.deserialize')](): Single {
      return single
    }
  }
  const single = new Single()
  given.instance.names('single.ts', { Single: () => Single })
  t.is(decodeValues(encodeValues([new Single()], context), context)[0], single)
  const one = [0x28, 0x21, 0, ...text('single.ts#Single'), 0x91, 0]
  const patch = [2, 0, 3, 1, 0x41, 0x78, 7, 0x91, 0]
  for (const attack of [one, [0x0e, ...one, 0x0d, 0]]) {
    t.throws(() => decodeValues(Uint8Array.from([1, 1, 0x10, ...attack, ...patch]), context), {
      message: /not to be changed/,
    })
  }
  t.deepEqual(Reflect.ownKeys(single), [])
})

test('a stack can not be made endless by a patch', (t) => {
  const frame = [0x29, 0, ...text('test.ts:3:1'), 0, 0x90, 0x90, 1]
  const patch = [2, 0, 0, 1, 0x42, ...Buffer.from('$c'), 7, 0x0d, 0, 0]
  t.throws(() => decodeValues(Uint8Array.from([1, 1, 0x10, ...frame, ...patch]), context), {
    message: /not to be changed/,
  })
})

test('many layouts can not ask for many compilations', (t) => {
  const layouts = new LayoutSet(Object.prototype)
  const before = layouts.usesBeforeCompiling
  for (let i = 0; i < 2000; i++) layouts.of([`key${i}`])
  t.true(layouts.usesBeforeCompiling > 10 * before)
})

test('objects whose contents are missing can not ask for much memory', (t) => {
  const keys = Array.from({ length: 64 }, (_, i) => text(`key${i}`)).flat()
  const first = [0x12, 0, 64, ...keys, ...new Array<number>(64).fill(0)]
  const empty = new Array<number>(50_000).fill(0x0f).flatMap((tag) => [tag, 0x30])
  t.throws(() => decodeValues(Uint8Array.from([1, 0xd1, 0x86, 0x03, ...first, ...empty]), context), {
    message: /more objects than the image has contents/,
  })
})

test('bytes after the end, missing contents and another version are refused', (t) => {
  t.throws(() => decodeValues(Uint8Array.from([...image, 0]), context), { message: /bytes after the end/ })
  t.throws(() => decodeValues(Uint8Array.from([1, 1, 0x0f, 0x15, 0]), context), {
    message: /contents of an object are missing/,
  })
  t.throws(() => decodeValues(Uint8Array.from([2, 0, 0]), context), { message: /version is 2/ })
  t.throws(() => decodeValues(new Uint8Array(0), context), { instanceOf: MalformedImageError })
})

test('unknown code, names and points are named', (t) => {
  const other = program().context
  const stranger = program()
  stranger.instance.names('x.ts', { only: () => only })
  const only = {}
  const code = stranger.instance.code('x.ts:1:1', 'x', [[1, 1, []]], () => 0)
  const template = stranger.instance.template('x.ts:2:1', 'x', 2, [], () => stranger.double)
  const { pthread_create } = stranger.externals.module('@atoll/posix') as Record<string, object>
  const refusal = (value: unknown, to = other): string =>
    t.throws(() => decodeValues(encodeValues([value], stranger.context), to), { instanceOf: UnknownCodeError }).message
  t.regex(refusal(only), /unknown name 'x\.ts#only'.*Remedy/)
  t.regex(refusal(stranger.frame(code, 0, {})), /unknown function 'x\.ts:1:1'/)
  t.regex(refusal(pthread_create, { instance: other.instance }), /unknown external '@atoll\/posix.pthread_create'/)
  t.is(template.id, 'x.ts:2:1')
})
