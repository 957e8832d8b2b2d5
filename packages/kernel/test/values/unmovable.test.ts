import { EventEmitter } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { assertHandOver, AssignedCaptureError, decodeValues, encodeValues, NotMovableError } from '../../src/index.js'
import { program } from './program.js'
import { difference } from './same.js'

/** The error with which `value`, held by `cfg` in a frame of `Server.accept`, is refused. */
function refusal(t: ExecutionContext, cfg: unknown, given = program()): NotMovableError {
  const { codes, frame, context } = given
  const stack = frame(codes.outer, 0, { a: 1, b$1: 2 }, frame(codes.inner, 1, { cfg, t$0: 0 }))
  return t.throws(() => encodeValues([stack], context), { instanceOf: NotMovableError })
}

test('closures without their name or on another prototype, and classes whose prototype chain was changed, are refused', (t) => {
  const given = program()
  const { counter, local } = given
  const nameless = counter.make({ count: 0 })
  Reflect.deleteProperty(nameless, 'name')
  t.regex(refusal(t, nameless, given).message, /a function whose 'name' was deleted/)
  const adopted = local.make({}) as { readonly prototype: object }
  Object.setPrototypeOf(adopted.prototype, { inherited: 1 })
  t.regex(refusal(t, adopted, given).message, /a class whose prototype chain was changed/)
  const reformed = Object.setPrototypeOf(local.make({}), local.make({})) as unknown
  t.regex(refusal(t, reformed, given).message, /a class whose prototype chain was changed/)
  const [moved, base] = [local.make({}), local.make({})] as { readonly prototype: object }[]
  Object.setPrototypeOf(moved, base ?? null)
  Object.setPrototypeOf(moved?.prototype, base?.prototype ?? null)
  t.regex(refusal(t, moved, given).message, /a class whose prototype chain was changed/)
  const enriched = Object.setPrototypeOf(counter.make({ count: 0 }), { inherited: 1 }) as unknown
  t.regex(refusal(t, enriched, given).message, /a function whose prototype was replaced/)
})

test('what can not move is refused with function, variable path, file, line and reason', (t) => {
  const socket = new (class Socket extends EventEmitter {})()
  const error = refusal(t, { pool: [0, 1, 2, { socket }] })
  t.like(error, {
    code: 'ENOTSUP',
    name: 'NotMovableError',
    functionName: 'Server.accept',
    file: 'lib/deep.ts',
    line: 42,
    variable: 'cfg.pool[3].socket',
  })
  t.regex(error.message, /^'cfg\.pool\[3\]\.socket' in Server\.accept \(lib\/deep\.ts:42\) cannot move: it is a Socket/)
  t.regex(error.message, /Remedy: /)
})

const { context, counter, reader, classes } = program()
const resizable = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }]) as ArrayBuffer
const cases: Record<string, [unknown, RegExp]> = {
  'a WeakMap': [new WeakMap(), /WeakMap, whose inner state/],
  'a WeakSet': [new WeakSet(), /WeakSet, whose inner state/],
  'a WeakRef': [new WeakRef({}), /WeakRef, whose inner state/],
  'a class derived from WeakRef': [new (class Ref extends WeakRef<object> {})({}), /WeakRef, whose inner state/],
  'a class derived from WeakMap that hides its name': [
    new (class Ref extends WeakMap<object, object> {
      override get [Symbol.toStringTag](): string {
        throw new Error('the program runs')
      }
    })(),
    /a WeakMap, whose inner state/,
  ],
  'an object that inherits from a proxy': [Object.create(new Proxy({}, {})), /inherits from a Proxy/],
  'a proxy': [new Proxy({}, { getPrototypeOf: () => { throw new Error('trap') } }), /a Proxy/], // prettier-ignore
  'a proxy of a function': [new Proxy(Math.sin, {}), /a Proxy/],
  'a revoked proxy': [revoked(), /a Proxy/],
  'a generator in progress': [(function* () {})(), /a generator in progress/],
  'an iterator of a map': [new Map().entries(), /Map Iterator, whose inner state/],
  'an iterator of an array': [[].values(), /Array Iterator, whose inner state/],
  'a formatter': [new Intl.NumberFormat('en'), /whose inner state/],
  'a foreign promise': [Promise.resolve(), /a promise that was not made by a thread/],
  'shared memory': [new SharedArrayBuffer(8), /shared with other isolates/],
  'a view of shared memory': [new Int32Array(new SharedArrayBuffer(8)), /shared with other isolates/],
  'a resizable buffer': [resizable, /resizable/],
  'a view of a resizable buffer': [new DataView(resizable), /resizable/],
  'a bound function of the host': [process.cwd.bind(null), /image does not contain|function of the host/],
  'a chain of bound functions': [boundOften(1000), /nested too deeply/],
  'a detached buffer': [detached().buffer, /a detached buffer/],
  'a view of a detached buffer': [detached(), /a detached buffer/],
  'a function of the host': [process.cwd, /image does not contain|function of the host/],
  'a native function that is not standard': [
    Object.getOwnPropertyDescriptor(new Proxy({}, {}), 'x') ?? setTimeout,
    /function/,
  ],
  'a function that is not registered': [() => 0, /a function that the program's image does not contain/],
  'an object of a class that Node provides': [
    new URL('http://localhost'),
    /an? URL, whose class is not part of the program's image/,
  ],
  'an object of a class of the host': [
    new (class Emitter extends EventEmitter {})(),
    /an Emitter, whose class is not part/,
  ],
  'an array without a prototype': [Object.setPrototypeOf([1], null), /an array without a prototype/],
  'a unique symbol': [Symbol('mine'), /unique symbol Symbol\(mine\)/],
  'a closure of another program': [program().counter.make({}), /a function of another program/],
  'a frame of another program': [
    program().frame(program().codes.outer, 0, {}),
    /a frame of outer|which belongs to another program/,
  ],
  'a prototype chain without end': [chain(2000), /nested too deeply/],
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function detached(): Uint8Array {
  const view = new Uint8Array(8)
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}

function boundOften(times: number): () => number {
  let fn: () => number = Math.random
  for (let i = 0; i < times; i++) fn = fn.bind(null)
  return fn
}

function chain(length: number): object {
  let prototype = {}
  for (let i = 0; i < length; i++) prototype = Object.create(prototype) as object
  return prototype
}

for (const [name, [value, reason]] of Object.entries(cases)) {
  test(`${name} can not move`, (t) => {
    const error = refusal(t, { held: [value] })
    t.regex(error.reason, reason)
    t.true(error.variable.startsWith('cfg.held[0]'), error.variable)
  })
}

test('the remedy for an iterator in progress is a loop', (t) => {
  t.regex(
    refusal(t, [new Set([1]).values()]).message,
    /a Set Iterator.*Remedy: use for…of, which goes on after a move$/,
  )
})

test("an object of the program's class that extends one of the host can not move", (t) => {
  const given = program()
  class Emitter extends EventEmitter {}
  given.instance.names('emitter.ts', { Emitter: () => Emitter })
  t.regex(refusal(t, new Emitter(), given).reason, /an Emitter, whose base class EventEmitter is not part/)
})

test('paths lead through maps, sets, buffers, closures, environments and symbol keys', (t) => {
  const given = program()
  const socket = new WeakMap()
  const path = (cfg: unknown): string => refusal(t, cfg, given).variable
  t.is(path(new Map<unknown, unknown>([[1, 2], ['k', { socket }]])), 'cfg.get("k").socket') // prettier-ignore
  t.is(path(new Map([[socket, 1]])), 'cfg.keys()[0]')
  t.is(path(new Set([0, socket])), 'cfg.values()[1]')
  t.is(path({ [Symbol.for('s')]: socket }), 'cfg[Symbol(s)]')
  t.is(path({ 'not a name': socket }), 'cfg["not a name"]')
  t.is(path({ [Symbol('unique')]: 1 }), 'cfg[Symbol(unique)]')
  t.is(path({ handler: given.counter.make({ total: 1, socket }) }), 'cfg.handler → socket')
  t.is(path([new Uint8Array(new SharedArrayBuffer(1))]), 'cfg[0]')
  t.is(path(given.double.bind({ socket })), 'cfg.[[BoundThis]].socket')
  t.is(path(Math.max.bind(null, 1, [socket] as never)), 'cfg.[[BoundArgs]][1][0]')
})

test('a path may lead through more than fits on the stack', (t) => {
  const crowd = Array.from({ length: 200_000 }, (_, i) => i)
  t.is(refusal(t, { crowd, socket: new WeakMap() }).variable, 'cfg.socket')
})

test('variables of an environment are named without it, and temporaries not at all', (t) => {
  const { codes, frame, context, counter } = program()
  const held = frame(codes.inner, 1, { cfg: 1, t$0: { socket: new WeakMap() } })
  t.is(t.throws(() => encodeValues([held], context), { instanceOf: NotMovableError }).variable, 'socket')
  const closure = counter.make({ socket: new WeakMap() })
  t.like(
    t.throws(() => encodeValues([closure], context), { instanceOf: NotMovableError }),
    {
      variable: 'socket',
      functionName: 'increment',
      file: 'test.ts',
      line: 20,
    },
  )
})

test('a value that was handed over outside of a frame is named by its path alone', (t) => {
  const error = t.throws(() => encodeValues([{ a: new WeakMap() }], context), { instanceOf: NotMovableError })
  t.regex(error.message, /^'a' cannot move/)
  t.like(error, { variable: 'a', functionName: '', file: '', line: 0 })
  t.regex(t.throws(() => encodeValues([new WeakMap()], context)).message, /^the value cannot move/)
})

test('what a serialize method returns is blamed on its object', (t) => {
  const { context, instance } = program()
  class Bad {
    [Symbol.for('atoll.serialize')](): unknown {
      return [new WeakMap()]
    }
    static [Symbol.for('atoll.deserialize')](): void {}
  }
  class Circular extends Bad {
    [Symbol.for('atoll.serialize')](): unknown {
      return { me: this }
    }
  }
  class Half {
    [Symbol.for('atoll.serialize')](): unknown {
      return 1
    }
  }
  instance.names('bad.ts', { Bad: () => Bad, Circular: () => Circular, Half: () => Half })
  const reason = (value: object): string =>
    t.throws(() => encodeValues([{ value }], context), { instanceOf: NotMovableError }).message
  t.regex(reason(new Bad()), /^'value' cannot move: it is serialized to data that holds a WeakMap/)
  t.regex(reason(new Circular()), /part of the data that it serializes to/)
  t.regex(reason(new Half()), /no static \[Symbol\.for\('atoll\.deserialize'\)\]/)
})

test('a long chain of objects that serialize each other is refused, not a crash', (t) => {
  const { context, instance } = program()
  class Link {
    constructor(readonly next: Link | null) {}
    [Symbol.for('atoll.serialize')](): unknown {
      return [{ next: this.next }]
    }
    static [Symbol.for('atoll.deserialize')]([{ next }]: [{ next: Link | null }]): Link {
      return new Link(next)
    }
  }
  instance.names('link.ts', { Link: () => Link })
  const chain = (length: number): Link => Array.from({ length }).reduce<Link | null>((next) => new Link(next), null)!
  const copy = decodeValues(encodeValues([chain(40)], context), context)[0] as Link
  t.true(copy.next?.next instanceof Link)
  t.regex(
    t.throws(() => encodeValues([chain(10_000)], context), { instanceOf: NotMovableError }).reason,
    /^serialized to data that holds nested too deeply$/,
  )
})

test("a serialize method's own error is its caller's", (t) => {
  const { context, instance } = program()
  class Angry {
    [Symbol.for('atoll.serialize')](): unknown {
      throw new RangeError('mine')
    }
    static [Symbol.for('atoll.deserialize')](): void {}
  }
  instance.names('angry.ts', { Angry: () => Angry })
  t.throws(() => encodeValues([new Angry()], context), { instanceOf: RangeError, message: 'mine' })
  t.is(encodeValues([1], context).length, encodeValues([2], context).length, 'the encoder is usable afterwards')
})

test('a failure changes nothing, and the next image is whole', (t) => {
  const graph: Record<string, unknown> = { a: [1, { b: 2 }], m: new Map([[1, new Point()]]), f: counter.make({ x: 1 }) }
  const twin: Record<string, unknown> = { a: [1, { b: 2 }], m: new Map([[1, new Point()]]), f: graph['f'] }
  graph['bad'] = twin['bad'] = reader.make({ w: [] }, 1)
  const before = encodeValues([twin], context).slice()
  t.throws(() => encodeValues([{ graph, bad: new WeakMap() }], context))
  t.is(difference(graph, twin), null)
  t.deepEqual(encodeValues([twin], context).slice(), before)
})
const Point = class extends classes.Point {
  constructor() {
    super(1, 2)
  }
}
context.instance.names('late.ts', { Point: () => Point })

test('getters and traps of the program are not run', (t) => {
  const { context } = program()
  const touchy = Object.defineProperty({}, 'x', { get: Math.random, enumerable: true })
  const trapped = Object.defineProperty([1, 2], 0, { get: () => t.fail('ran'), enumerable: true, configurable: true })
  t.notThrows(() => encodeValues([touchy], context))
  t.throws(() => encodeValues([trapped], context), { instanceOf: NotMovableError })
})

test('a search for what can not move runs nothing of the program', (t) => {
  const given = program()
  const ran = (): never => t.fail('ran')
  const Crowd = class extends Map<unknown, unknown> {
    override [Symbol.iterator] = ran
  }
  const Flock = class extends Set<unknown> {
    override [Symbol.iterator] = ran
  }
  given.instance.names('crowd.ts', { Crowd: () => Crowd, Flock: () => Flock })
  const crowd = Map.prototype.set.call(new Crowd(), 'k', new WeakMap())
  const flock = Set.prototype.add.call(new Flock(), new WeakMap())
  t.is(refusal(t, crowd, given).variable, 'cfg.get("k")')
  t.is(refusal(t, flock, given).variable, 'cfg.values()[0]')
})

test('a start routine that assigns captured variables is refused by name', (t) => {
  const error = t.throws(() => assertHandOver(counter.make({ count: 0 })), { instanceOf: AssignedCaptureError })
  t.deepEqual(error.variables, ['count'])
  t.is(error.code, 'EINVAL')
  t.regex(error.message, /increment \(test\.ts:20\) assigns the captured variable 'count'/)
  t.notThrows(() => assertHandOver(reader.make({}, {})))
  t.notThrows(() => assertHandOver(() => 0))
  const bound = (counter.make({ count: 0 }) as () => number).bind(null).bind(null)
  t.throws(() => assertHandOver(bound), { instanceOf: AssignedCaptureError })
})
