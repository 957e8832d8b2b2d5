import { builtinCode } from './builtin.js'
import { SUSPENDED, type Frame } from './frame.js'
import {
  brandGenerator,
  generatorStateOf,
  instanceOfGenerator,
  NEXT,
  RETURN,
  THROW,
  type GeneratorState,
  type Resumption,
  type Turns,
} from './generator-state.js'
import { dressAs, generatorKind, objectOf, type GeneratorFunction } from './generators.js'
import type { ImageInstance } from './image.js'
import { registers } from './registers.js'

/**
 * `async` generators of compiled programs. A request (`next`, `throw`, `return`) runs the body on the stack of its caller, by the direct
 * protocol; requests that come meanwhile wait for their turns.
 */

interface AsyncState extends GeneratorState {
  readonly turns: Turns
}

function stateOf(target: unknown): AsyncState | null {
  const state = Object(target) === target ? generatorStateOf(target as object) : undefined
  return isAsync(state) ? state : null
}

const isAsync = (state: GeneratorState | undefined): state is AsyncState => Boolean(state?.turns)

type RequestName = 'next' | 'return' | 'throw'

type Method = (this: unknown, value: unknown) => unknown

const engine = Object.getPrototypeOf(async function* () {}.prototype) as Record<RequestName, Method>

/** A method of generators, which can be called directly, or gives a promise. The engine's answers for what isn't compiled. */
function requesting(name: RequestName, resumption: Resumption): Method {
  const native = engine[name]
  const method = {
    [name](this: unknown, value: unknown): unknown {
      const state = stateOf(this)
      if (!state) return native.call(this, value)
      if (registers.callee !== method)
        return registers.standard(method, this, [value], instanceOfGenerator(this as object))
      registers.callee = null
      return request(state, resumption, value)
    },
  }[name]
  return method
}

/** Takes a number, and goes on with the generator when it is called up. */
function request(state: AsyncState, resumption: Resumption, value: unknown): unknown {
  const { turns } = state
  const turn = turns.next++
  if (turn === turns.now) return serve(state, resumption, value)
  registers.awaitTurn(turns, turn)
  return registers.extend({ $f: QUEUED, $p: 0, $c: null, state, resumption, value })
}

function serve(state: AsyncState, resumption: Resumption, value: unknown): unknown {
  const { frame } = state
  try {
    if (frame && (resumption === NEXT || frame.$p !== 0)) {
      state.frame = undefined
      return answer(state, frame.$f.resume(frame, value, resumption as unknown as boolean))
    }
    state.frame = null // what has not begun never will
    if (resumption === THROW) throw value
    return answer(state, resumption === RETURN ? registers.awaited(value) : undefined)
  } catch (error) {
    return fail(state, error)
  }
}

/** The body has yielded or ended, or is suspended and this call with it. */
function answer(state: AsyncState, value: unknown): unknown {
  if (value === SUSPENDED) return registers.extend({ $f: SERVED, $p: 0, $c: null, state })
  const done = !state.frame
  if (done) state.frame = null
  registers.passTurn(state.turns)
  return { value, done }
}

function fail(state: AsyncState, error: unknown): never {
  state.frame = null
  registers.passTurn(state.turns)
  throw error
}

/** A request that waits for its turn. */
const QUEUED = builtinCode('generator-request', ['state', 'resumption', 'value'], (frame, error, thrown) => {
  if (thrown) throw error
  return serve(frame['state'] as AsyncState, frame['resumption'] as Resumption, frame['value'])
})

/** A request whose turn it is, behind the body's frames. */
const SERVED = builtinCode('generator-turn', ['state'], (frame, value, thrown) => {
  const state = frame['state'] as AsyncState
  return thrown ? fail(state, value) : answer(state, value)
})

/** The prototypes of `async` generators. */
export const ASYNC_GENERATORS = generatorKind(async function* () {}, 'AsyncGenerator', {
  next: requesting('next', NEXT),
  return: requesting('return', RETURN),
  throw: requesting('throw', THROW),
})

/** Makes a compiled function an `async` generator function; returns it. */
export const asyncGeneratorFunction = (fn: object): object => dressAs(ASYNC_GENERATORS, fn)

/** An `async` generator in front of its body: `frame` is that of point 0, and is given the state in its slot. */
export function asyncGenerator(
  fn: GeneratorFunction,
  frame: Frame & { $state: unknown },
  instance: ImageInstance,
): object {
  const state: GeneratorState = { frame, delegates: false, turns: { next: 0, now: 0 } }
  frame.$state = state
  return brandGenerator(objectOf(ASYNC_GENERATORS, fn), state, instance)
}

/** `{ value, done }` of a value to be awaited: what an iterator that was synchronous gives. By the direct protocol. */
export function iteratorResult(value: unknown, done: boolean): unknown {
  const settled = registers.awaited(value)
  if (settled === SUSPENDED) return registers.extend({ $f: RESULT, $p: 0, $c: null, done })
  return { value: settled, done }
}

const RESULT = builtinCode('iterator-result', ['done'], (frame, value, thrown) => {
  if (thrown) throw value
  return { value, done: frame['done'] }
})
