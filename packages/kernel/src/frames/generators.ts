import type { Frame } from './frame.js'
import {
  brandGenerator,
  generatorStateOf,
  NEXT,
  ownPrototype,
  RETURN,
  THROW,
  type GeneratorState,
  type Resumption,
} from './generator-state.js'

/**
 * Synchronous generators of compiled programs. They have prototypes of their own, shaped like the language's: the engine's
 * methods know the engine's generators only. What isn't a compiled generator is left to those.
 */

type Step = IteratorResult<unknown>

/** The state of a compiled generator of this kind. */
function stateOf(target: unknown): GeneratorState | null {
  const state = Object(target) === target ? generatorStateOf(target as object) : undefined
  return state?.turns === null ? state : null
}

function resume(state: GeneratorState, frame: Frame, value: unknown, resumption: Resumption): Step {
  state.frame = undefined
  try {
    value = frame.$f.resume(frame, value, resumption as unknown as boolean)
  } catch (error) {
    state.frame = null
    throw error
  }
  if (state.frame === undefined) {
    state.frame = null
    return { value, done: true }
  }
  if (!state.delegates) return { value, done: false }
  state.delegates = false
  return value as Step
}

const running = (): TypeError => new TypeError('Generator is already running')

const engine = Object.getPrototypeOf(function* () {}.prototype) as Record<
  'next' | 'return' | 'throw',
  (value: unknown) => Step
>

const methods = {
  next(value: unknown): Step {
    const state = stateOf(this)
    if (!state) return engine.next.call(this, value)
    const { frame } = state
    if (frame) return resume(state, frame, value, NEXT)
    if (frame === undefined) throw running()
    return { value: undefined, done: true }
  },
  return(value: unknown): Step {
    const state = stateOf(this)
    if (!state) return engine.return.call(this, value)
    const { frame } = state
    if (frame === undefined) throw running()
    if (frame !== null && frame.$p !== 0) return resume(state, frame, value, RETURN)
    state.frame = null
    return { value, done: true }
  },
  throw(error: unknown): Step {
    const state = stateOf(this)
    if (!state) return engine.throw.call(this, error)
    const { frame } = state
    if (frame === undefined) throw running()
    if (frame !== null && frame.$p !== 0) return resume(state, frame, error, THROW)
    state.frame = null
    throw error
  },
}

/** A prototype of generators, and the one that their functions have. */
export interface GeneratorKind {
  readonly prototype: object
  readonly functionPrototype: object
}

type FunctionConstructor = new (...source: string[]) => { readonly prototype: object }

/** Makes prototypes shaped like those of `native`, a generator function, with these methods. */
export function generatorKind(native: object, name: string, methods: object): GeneratorKind {
  const nativeFunction = Object.getPrototypeOf(native) as { constructor: FunctionConstructor; prototype: object }
  const behind = Object.getPrototypeOf(nativeFunction.prototype) as object
  const prototype = Object.create(behind) as object
  const functionPrototype = Object.create(Function.prototype) as object
  define(prototype, 'constructor', functionPrototype)
  for (const [key, method] of Object.entries(methods)) define(prototype, key, method, true)
  define(prototype, Symbol.toStringTag, name)
  define(functionPrototype, 'constructor', constructorLike(nativeFunction.constructor, prototype, functionPrototype))
  define(functionPrototype, 'prototype', prototype)
  define(functionPrototype, Symbol.toStringTag, `${name}Function`)
  return { prototype, functionPrototype }
}

/** The constructor of generator functions: it makes the engine's from source text, but with these prototypes. */
function constructorLike(native: FunctionConstructor, prototype: object, functionPrototype: object): object {
  const constructor = function (...source: string[]): object {
    const fn = Reflect.construct(native, source, new.target ?? constructor) as InstanceType<FunctionConstructor>
    Object.setPrototypeOf(fn.prototype, prototype)
    return fn
  }
  define(constructor, 'name', native.name)
  define(constructor, 'length', native.length)
  Object.defineProperty(constructor, 'prototype', { value: functionPrototype, writable: false })
  return Object.setPrototypeOf(constructor, Function) as object
}

function define(target: object, key: string | symbol, value: unknown, writable = false): void {
  Object.defineProperty(target, key, { value, writable, enumerable: false, configurable: true })
}

/** The prototypes of synchronous generators. */
export const GENERATORS = generatorKind(function* () {}, 'Generator', methods)

/** Makes a compiled function a generator function: gives it the prototypes that such a function has. */
export function dressAs({ prototype, functionPrototype }: GeneratorKind, fn: object): object {
  Object.setPrototypeOf(fn, functionPrototype)
  const own = ownPrototype(Object.create(prototype) as object, fn)
  return Object.defineProperty(fn, 'prototype', { value: own, writable: true, enumerable: false, configurable: false })
}

/** What a generator function is asked for when it is called. */
export interface GeneratorFunction {
  readonly prototype: unknown
}

/** The object that a call of a generator function gives. */
export function objectOf({ prototype }: GeneratorKind, fn: GeneratorFunction): object {
  const own = fn.prototype
  return Object.create(typeof own === 'object' && own !== null ? own : prototype) as object
}

/** Makes a compiled function a generator function; returns it. */
export const generatorFunction = (fn: object): object => dressAs(GENERATORS, fn)

/** A generator in front of its body: `frame` is that of point 0, and is given the state in its slot. */
export function generator(fn: GeneratorFunction, frame: Frame & { $state: unknown }): object {
  const state: GeneratorState = { frame, delegates: false, turns: null }
  frame.$state = state
  return brandGenerator(objectOf(GENERATORS, fn), state, null)
}
