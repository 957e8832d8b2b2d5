import test from 'ava'
import fc from 'fast-check'
import { FUZZ_TIMEOUT_MS, fuzzRuns } from './fuzz-runs.js'
import { program, send } from './program.js'
import { difference } from './same.js'

const { context, classes, counter, reader, local, frame, codes, settings } = program()

/** Makes an empty object of some kind, and a way to put a value into it. */
type Container = { object: object; put: (key: string, value: unknown) => void }
const containers: Record<string, () => Container> = {
  plain: () => assigned({}),
  dictionary: () => assigned(Object.fromEntries(Array.from({ length: 66 }, (_, i) => [`x${i}`, i]))),
  bare: () => assigned(Object.create(null) as object),
  instance: () => assigned(new classes.Point(0, 1)),
  error: () => assigned(new classes.Failure('f')),
  inheriting: () => assigned(Object.create({ inherited: [1] }) as object),
  date: () => assigned(new Date(7)),
  array: () => {
    const object: unknown[] = []
    return { object, put: (_, value) => object.push(value) }
  },
  holey: () => {
    const object: unknown[] = Object.assign(new Array(3), { 0: 1, 2: 2 })
    return { object, put: (key, value) => (object[key.length * 5] = value) }
  },
  list: () => {
    const object = new classes.List()
    return { object, put: (_, value) => object.push(value) }
  },
  map: () => {
    const object = new Map<unknown, unknown>()
    return { object, put: (key, value) => object.set(value, key).set(key, value) }
  },
  set: () => {
    const object = new Set<unknown>()
    return { object, put: (_, value) => object.add(value) }
  },
  hidden: () => {
    const object = {}
    return { object, put: (key, value) => Object.defineProperty(object, key, { value, configurable: true }) }
  },
  symbolic: () => {
    const object: Record<symbol, unknown> = {}
    return { object, put: (key, value) => (object[Symbol.for(key)] = value) }
  },
  closure: () => {
    const environment: Record<string, unknown> = {}
    return { object: reader.make(environment, settings), put: assigned(environment).put }
  },
  frame: () => {
    const object = frame(codes.inner, 1, { cfg: 0, t$0: null })
    return { object, put: (_, value) => Object.assign(object, { t$0: value }) }
  },
  bound: () => {
    const [environment, self]: Record<string, unknown>[] = [{}, {}]
    const read = reader.make(environment, self) as (...args: unknown[]) => unknown
    const put = (key: string, value: unknown): unknown =>
      assigned(key.length % 2 === 0 ? environment : self).put(key, value)
    return { object: read.bind(self, environment, settings), put }
  },
  heir: () => {
    const prototype = {}
    return { object: Object.create(prototype) as object, put: assigned(prototype).put }
  },
  local: () => {
    const environment: Record<string, unknown> = {}
    const Local = local.make(environment) as new () => object
    const object = new Local()
    const put = (key: string, value: unknown): unknown =>
      assigned(key.length % 2 === 0 ? environment : object).put(key, value)
    return { object, put }
  },
  grid: () => assigned(new classes.Grid()),
  getter: () => {
    const environment: Record<string, unknown> = {}
    const get = reader.make(environment, null) as () => unknown
    const object = Object.defineProperty([0], 0, { get, enumerable: true, configurable: true })
    return { object, put: assigned(environment).put }
  },
  decorated: () => assigned(counter.make({ count: 1 })),
}

function assigned(object: object): Container {
  return {
    object,
    put: (key, value) =>
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true }),
  }
}

const leaf = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, -0, NaN, Math.max, settings, Symbol.for('leaf')),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
)
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'a', 'b', 'toString', '0', '7'),
  fc.string({ maxLength: 5 }),
)

/** Nodes of random kinds; edges from node to node or to a leaf, under random keys; so cycles and sharing are the rule. */
const graphs = fc.record({
  kinds: fc.array(fc.constantFrom(...Object.keys(containers)), { minLength: 1, maxLength: 12 }),
  edges: fc.array(fc.tuple(fc.nat(11), key, fc.oneof(fc.nat(11), leaf.map((value) => ({ value })))), { maxLength: 30 }), // prettier-ignore
  levels: fc.array(fc.constantFrom(null, null, 'preventExtensions', 'seal', 'freeze'), {
    minLength: 12,
    maxLength: 12,
  }),
})

function build({ kinds, edges, levels }: typeof graphs extends fc.Arbitrary<infer T> ? T : never): unknown {
  const nodes = kinds.map((kind) => containers[kind]())
  const at = (i: number): Container => nodes[i % nodes.length]
  for (const [from, name, to] of edges) {
    at(from).put(name, typeof to === 'number' ? at(to).object : to.value)
  }
  nodes.forEach(({ object }, i) => {
    const level = levels[i]
    // A frame is the kernel's: nothing seals it.
    if (level && !('$f' in object)) Object[level as 'freeze'](object)
  })
  return nodes.map(({ object }) => object)
}

test('any graph arrives as the same graph', (t) => {
  t.timeout(FUZZ_TIMEOUT_MS)
  t.notThrows(() =>
    fc.assert(
      fc.property(graphs, (plan) => {
        const graph = build(plan)
        const reason = difference(graph, send(graph, context, context))
        if (reason !== null) throw new Error(reason)
      }),
      fuzzRuns({ numRuns: 600, seed: 20, includeErrorInReport: true }),
    ),
  )
})

test('what has arrived can be sent on', (t) => {
  t.timeout(FUZZ_TIMEOUT_MS)
  t.notThrows(() =>
    fc.assert(
      fc.property(graphs, (plan) => {
        const once = send(build(plan), context, context)
        return difference(once, send(once, context, context)) === null
      }),
      fuzzRuns({ numRuns: 100, seed: 21 }),
    ),
  )
})
