import test from 'ava'
import { closureRecord, copyValue, type Frame } from '../../src/index.js'
import { program, send, sendAll } from './program.js'
import { difference } from './same.js'

test('a stack arrives as frames of the other instance, callers included', (t) => {
  const [here, there] = [program(), program()]
  const shared = { n: 1 }
  const outer = here.frame(here.codes.outer, 0, { a: 1, b$1: shared })
  const inner = here.frame(here.codes.inner, 1, { cfg: shared, t$0: 'x' }, here.frame(here.codes.inner, 0, {}, outer))
  for (let i = 0; i < 5; i++) {
    const copy = send(inner, here.context, there.context)
    t.is(copy.$f, there.codes.inner)
    t.deepEqual([copy.$p, copy.$c?.$p, copy.$c?.$c?.$p], [1, 0, 0])
    t.is(copy.$c?.$c?.$f, there.codes.outer)
    t.is(copy.$c?.$c?.$c, null)
    t.deepEqual(Object.keys(copy), ['$f', '$p', '$c', 'cfg', 't$0'])
    t.is(copy['cfg'], copy.$c?.$c?.['b$1'])
  }
})

test('stacks may be deep, and share callers', (t) => {
  const { context, codes, frame } = program()
  let stack: Frame | null = null
  for (let i = 0; i < 100_000; i++) stack = frame(codes.outer, 0, { a: i, b$1: null }, stack)
  const other = frame(codes.inner, 0, {}, stack!.$c)
  const [first, second] = sendAll([stack, other], context, context) as [Frame, Frame]
  t.is(second.$c, first.$c)
  let depth = 0
  for (let at: Frame | null = first; at; at = at.$c) depth++
  t.is(depth, 100_000)
})

test("the kernel's own frames travel by their codes' ids", (t) => {
  const { codes, frame } = program()
  const code = { ...codes.outer, id: 'atoll:sleep' }
  const context = (): object => ({
    ...program().context,
    builtinCode: (id: string) => (id === code.id ? code : undefined),
  })
  const copy = send(frame(code, 0, { a: 1, b$1: 2 }), context() as never, context() as never)
  t.is(copy.$f, code)
})

test('module-level objects, functions, classes and the API travel by name', (t) => {
  const [here, there] = [program(), program()]
  const { pthread_create, PTHREAD } = here.externals.module('@atoll/posix') as Record<string, object>
  const sent = [here.settings, here.double, here.classes.Point, pthread_create, PTHREAD, here.classes.Point.prototype]
  const api = there.externals.module('@atoll/posix') as Record<string, object>
  const expected = [
    there.settings,
    there.double,
    there.classes.Point,
    api['pthread_create'],
    api['PTHREAD'],
    there.classes.Point.prototype,
  ]
  for (const [i, value] of sendAll(sent, here.context, there.context).entries()) t.is(value, expected[i])
})

test('methods, accessors and functions of module-level objects are reached through their owner', (t) => {
  const [here, there] = [program(), program()]
  const getter = ({ Point }: typeof here.classes) => Object.getOwnPropertyDescriptor(Point.prototype, 'length')?.get
  const members = ({ classes, settings }: typeof here) => [
    classes.Point.prototype.move,
    classes.Point.origin,
    getter(classes),
    settings.run,
  ]
  const copies = sendAll(members(here), here.context, there.context)
  for (const [i, member] of members(there).entries()) t.is(copies[i], member)
})

test("instances of the program's classes arrive as instances of the other instance's classes", (t) => {
  const [here, there] = [program(), program()]
  const { Point, Grid, List, Failure, Vector } = here.classes
  const grid = new Grid()
  Map.prototype.set.call(grid, 'me', grid)
  const values = [
    new Point(3, 4),
    grid,
    Object.assign(new List(), { 0: 1, 1: [2] }),
    Object.assign(new Failure('no'), { code: 1 }),
    new Vector([1, 2]),
  ]
  const copies = sendAll(values, here.context, there.context)
  const { classes } = there
  for (const [i, type] of [classes.Point, classes.Grid, classes.List, classes.Failure, classes.Vector].entries()) {
    t.is(Object.getPrototypeOf(copies[i]), type.prototype)
  }
  t.is((copies[0] as { length: number }).length, 5)
  t.is((copies[1] as Map<string, unknown>).get('me'), copies[1])
  t.is(difference(values, sendAll(values, here.context, here.context)), null)
})

test('an assignment never meets a setter or a read-only property of the prototype', (t) => {
  const { context, classes } = program()
  const point = new classes.Point(1, 2)
  Object.defineProperty(point, 'length', { value: 9, writable: true, enumerable: true, configurable: true })
  for (let i = 0; i < 5; i++) t.is(difference(point, send(point, context, context)), null)
})

test('a class may say itself how its objects move', (t) => {
  const [here, there] = [program(), program()]
  const warm = new here.classes.Temperature(293)
  const [{ a, b }] = sendAll([{ a: warm, b: [warm] }], here.context, there.context) as [
    { a: { kelvin: number }; b: unknown[] },
  ]
  t.true(a instanceof there.classes.Temperature)
  t.is(a.kelvin, 293)
  t.is(b[0], a)
})

test('a serialize method may itself copy values', (t) => {
  const { context, instance } = program()
  class Nested {
    [Symbol.for('atoll.serialize')](): unknown {
      return copyValue([1, { x: 1 }], context)
    }
    static [Symbol.for('atoll.deserialize')](data: unknown): unknown {
      return { data: copyValue(data, context) }
    }
  }
  instance.names('nested.ts', { Nested: () => Nested })
  t.deepEqual(send<unknown>([{ x: 0 }, new Nested(), { x: 2 }], context, context), [
    { x: 0 },
    { data: [1, { x: 1 }] },
    { x: 2 },
  ])
})

test('closures that share an environment still do', (t) => {
  const [here, there] = [program(), program()]
  const environment = { count: 5 }
  const pair = [here.counter.make(environment), here.counter.make(environment), environment]
  const [a, b, copy] = sendAll(pair, here.context, there.context) as [() => number, () => number, { count: number }]
  t.deepEqual([a(), b(), copy.count, environment.count], [6, 7, 7, 5])
  t.is(closureRecord(a)?.template, there.counter)
})

test('a closure may be part of its own environment, wherever the walk begins', (t) => {
  const { context, reader } = program()
  const outer: Record<string, unknown> = { i: 1 }
  const inner: Record<string, unknown> = { outer, j: 2 }
  const read = reader.make(outer, inner) as () => unknown
  Object.assign(outer, { read, inner, last: 'x' })
  for (const root of [read, outer, inner, [read, outer], [inner, read]]) {
    const copy = send<unknown>(root, context, context)
    t.is(difference(root, copy), null)
    const found = [copy, (copy as typeof outer)['read'], (copy as unknown[])[0], (copy as unknown[])[1]].find(
      (x) => typeof x === 'function',
    )
    if (typeof found !== 'function') continue
    const [o, i] = found() as [typeof outer, typeof inner]
    t.is(o['read'], found)
    t.is(i['outer'], o)
  }
})

test('a chain of closures costs no stack', (t) => {
  const { context, reader } = program()
  let chain: unknown = null
  for (let i = 0; i < 20_000; i++) chain = reader.make({ chain }, null)
  let length = 0
  for (let at = send(chain, context, context) as (() => [{ chain: typeof at }]) | null; at; at = at()[0].chain) length++
  t.is(length, 20_000)
})

test('a redefined length of a closure is kept, and so is a constructor that can be listed', (t) => {
  const here = program()
  const redefined = Object.defineProperty(here.counter.make({ count: 0 }), 'length', { value: 7 })
  const Classic = here.classic.make({}) as { prototype: object }
  Classic.prototype = { constructor: Classic }
  const Local = Object.defineProperty(here.local.make({}), 'length', { value: 2, enumerable: true })
  const copies = send([redefined, Classic, Local, here.reader.make({}, {})], here.context) as [
    () => void,
    typeof Classic,
    object,
    () => void,
  ]
  t.is(copies[0].length, 7)
  t.deepEqual(Object.keys(copies[1].prototype), ['constructor'])
  t.deepEqual(Object.getOwnPropertyDescriptor(copies[2], 'length'), {
    value: 2,
    writable: false,
    enumerable: true,
    configurable: true,
  })
  t.is(copies[3].length, 0)
})

test('properties of closures, a replaced prototype and a changed one are kept', (t) => {
  const [here, there] = [program(), program()]
  const make = ({ classic, counter }: typeof here, base: object | null) => {
    const first = classic.make({}) as { new (): object; prototype: object; helper?: unknown }
    const second = classic.make({ n: 1 }) as typeof first
    if (base) first.prototype = base
    Object.assign(first, { helper: counter.make({ count: 1 }), limit: 3 })
    Object.assign(second.prototype, { shared: [1] })
    Object.setPrototypeOf(second.prototype, first.prototype)
    return { first, second, one: new first(), two: new second() }
  }
  const sent = make(here, { replaced: true })
  const copy = send(sent, here.context, there.context)
  t.is(Object.getPrototypeOf(copy.one), copy.first.prototype)
  t.is(Object.getPrototypeOf(copy.two), copy.second.prototype)
  t.is(Object.getPrototypeOf(copy.second.prototype), copy.first.prototype)
  t.like(copy.two, { shared: [1], replaced: true })
  t.is((copy.first.helper as () => number)(), 2)
  t.is(difference(sent, copy), null)
})

test('a local class moves with its instances, statics and methods', (t) => {
  const [here, there] = [program(), program()]
  const environment: Record<string, unknown> = { secret: 7 }
  const Local = here.local.make(environment) as {
    new (): { value: number; captured(): Promise<unknown> }
    made: number
  }
  Local.made = 3
  const instance = new Local()
  environment['instance'] = instance
  const sent = { instance, method: instance.captured, Local }
  const copy = send(sent, here.context, there.context)
  t.true(copy.instance instanceof copy.Local)
  t.not(copy.Local, Local)
  t.is(copy.Local.made, 3)
  t.is(copy.method, copy.instance.captured)
})

test('a method of a local class may come before its class', (t) => {
  const [here, there] = [program(), program()]
  const environment: Record<string, unknown> = {}
  const instance = new (here.local.make(environment) as new () => { captured(): Promise<unknown> })()
  const { captured } = instance
  environment['captured'] = captured
  for (const late of [instance, { instance }, Object.getPrototypeOf(instance) as object]) {
    const [method, copy] = sendAll([captured, late], here.context, there.context) as [unknown, typeof late]
    t.is(difference([captured, late], sendAll([captured, late], here.context, here.context)), null)
    t.true(typeof method === 'function' && method !== captured)
    if (copy instanceof Object && 'captured' in copy) t.is(copy.captured, method)
  }
})

test('promises of fibers travel as the number of the fiber', (t) => {
  const [mine, theirs] = [Promise.resolve(1), Promise.resolve(2)]
  const from = program({ promiseId: (promise) => (promise === mine ? 12 : undefined) }).context
  const to = program({ promise: (id) => (id === 12 ? theirs : undefined) }).context
  t.deepEqual(sendAll([{ p: mine, q: mine }], from, to), [{ p: theirs, q: theirs }])
})

test('a copy is what another kernel would get', (t) => {
  const { context, counter } = program()
  for (const value of [1, 'a', null, undefined, 5n, true]) t.is(copyValue(value, context), value)
  const environment = { count: 1 }
  const copy = copyValue({ environment, counter: counter.make(environment) }, context) as {
    environment: unknown
    counter(): number
  }
  t.is(copy.counter(), 2)
  t.deepEqual(copy.environment, { count: 2 })
  t.is(environment.count, 1)
})

test('bound functions move with what they bind, wherever the walk begins', (t) => {
  const [here, there] = [program(), program()]
  const point = new here.classes.Point(3, 4) as InstanceType<typeof here.classes.Point> & Record<string, unknown>
  const twice = here.double.bind(point, 21)
  Object.assign(point, { twice, step: point.move.bind(point) })
  for (const root of [twice, point, [point['step'], point], { point }]) {
    const copy = send<unknown>(root, here.context, there.context)
    t.is(difference(root, send<unknown>(root, here.context, here.context)), null)
    if (typeof copy === 'function') t.is(copy(), 42)
  }
  const read = here.reader.make({ n: 1 }, 2) as (...args: unknown[]) => unknown
  const sum = read.bind({ self: 1 }, -0)
  t.deepEqual(send(sum, here.context, there.context)(), [{ n: 1 }, 2])
  const least = send(Math.min.bind(null, 3, NaN), here.context, there.context)
  t.deepEqual([least(), least.name, least.length], [NaN, 'bound min', 0])
})

test('a bound function keeps what was added to it, and may be bound again and be part of what it captured', (t) => {
  const { context, reader } = program()
  const environment: Record<string, unknown> = { n: 1 }
  const read = reader.make(environment, null) as (...args: unknown[]) => unknown[]
  const bound = read.bind(environment).bind(null, Symbol.iterator)
  environment['bound'] = Object.defineProperty(bound, 'name', { value: 'mine' })
  Object.assign(bound, { extra: [bound] })
  const copy = send(bound, context, context)
  t.is(difference(bound, copy), null)
  t.is((copy()[0] as typeof environment)['bound'], copy)
})

test('a bound function that was added to a module-level object moves all the same', (t) => {
  const [here, there] = [program(), program()]
  const twice = here.double.bind(null, 4)
  Object.assign(here.settings, { twice })
  t.is(send(twice, here.context, there.context)(), 8)
})

test('symbols of module-level bindings travel by name, as values and as keys', (t) => {
  const [here, there] = [program(), program()].map(({ instance, context }) => {
    const key = Symbol('key')
    instance.names('keys.ts', { key: () => key })
    return { key, context }
  })
  const copy = send({ [here.key]: here.key, plain: 1 }, here.context, there.context) as Record<symbol, unknown>
  t.is(copy[there.key], there.key)
  t.deepEqual(Reflect.ownKeys(copy), ['plain', there.key])
})

test('a module-level binding has its name from the first image after its initialization on', (t) => {
  const { context, instance } = program()
  const bindings: { late?: object; dead?: object } = {}
  instance.names('late.ts', {
    late: () => bindings.late,
    dead: () => {
      if (bindings.dead === undefined) throw new ReferenceError('dead is not initialized')
      return bindings.dead
    },
  })
  t.deepEqual(send({ a: 1 }, context, context), { a: 1 })
  bindings.late = { late: true }
  bindings.dead = { dead: true }
  t.is(send(bindings.late, context, context), bindings.late)
  t.is(send(bindings.dead, context, context), bindings.dead)
})
