import type * as t from '@babel/types'

/**
 * A resumable function's body in normal form. Each `await` is a step of its own, control flow is structured, and
 * expressions contain no `await`. There is no `continue` (it leaves a block inside of the loop), no `finally` (its
 * completion is a number in a local), and every `break` names its target: what is left can be entered in its middle.
 */
export type Step = Do | Await | Start | Yield | Landing | If | Loop | Switch | Block | Try | Break | Return | Throw

/** Evaluates an expression for its effects; assignments are these. */
export interface Do {
  readonly kind: 'do'
  readonly expression: t.Expression
}

/** A place where the function may be suspended and resumed. */
export interface SafePoint {
  /** Index among the function's points, in the order of their places. */
  index: number
  /** Names of the locals that may be read after it. */
  live: readonly string[]
  /** For the position. */
  readonly origin: t.Node
}

/** `target = await …` of a call by the direct protocol, or of a value. */
export interface Await {
  readonly kind: 'await'
  readonly target: string
  readonly operation: Call | Value
  readonly point: SafePoint
}

/** The place in front of a generator's body: its call makes a generator that goes on from here. */
export interface Start {
  readonly kind: 'start'
  readonly point: SafePoint
}

/** The local of a generator that holds its state, which its frames go to. */
export const STATE = '$state'

/** `target = yield value`: the generator's frame is kept in its state. */
export interface Yield {
  readonly kind: 'yield'
  readonly value: t.Expression
  readonly target: string
  /** The local that says how the generator was gone on with. */
  readonly resumption: string
  /** Does it yield for another iterator? Then what is thrown into the generator is not thrown here. */
  readonly delegates: boolean
  readonly point: SafePoint
}

/**
 * Where an exception lands that is thrown at the back-edge of the loop around it: what leaves the loop from here is followed by what closes
 * its iterator. Nothing is suspended here, and control passes by.
 */
export interface Landing {
  readonly kind: 'landing'
  readonly point: SafePoint
}

export interface Call {
  readonly kind: 'call'
  /** Evaluating it again, or later, makes no difference. */
  readonly callee: t.Expression
  /** `this` of the call; `null` for none. */
  readonly receiver: t.Expression | null
  /** They run nothing when they are evaluated: the register names the callee by then. */
  readonly args: readonly (t.Expression | t.SpreadElement)[]
}

export interface Value {
  readonly kind: 'value'
  readonly value: t.Expression
}

export interface If {
  readonly kind: 'if'
  readonly test: t.Expression
  readonly consequent: readonly Step[]
  readonly alternate: readonly Step[]
  range?: PointRange | null
}

/** `for (; test;) body`, with a safe point at the end of each turn. Its label is `label`. */
export interface Loop {
  readonly kind: 'loop'
  readonly label: string
  /** `null`: forever, until a break. */
  readonly test: t.Expression | null
  readonly body: readonly Step[]
  readonly point: SafePoint
  /** Where an exception lands that is thrown at its point; `null`: it leaves the loop. */
  readonly landing: Landing | null
  range?: PointRange | null
}

/** A `switch` each of whose cases falls into the next. Its label is `label`. */
export interface Switch {
  readonly kind: 'switch'
  readonly label: string
  readonly discriminant: t.Expression
  readonly cases: readonly Case[]
  /** Are the tests 0, 1, 2, …, so that a case can be entered by its number? */
  readonly numbered: boolean
  range?: PointRange | null
}

export interface Case {
  readonly test: t.Expression | null
  readonly body: readonly Step[]
}

/** What a break of `label` leaves. */
export interface Block {
  readonly kind: 'block'
  readonly label: string
  readonly body: readonly Step[]
  range?: PointRange | null
}

/** `try { body } catch (error) { handler }`. The handler contains no points. */
export interface Try {
  readonly kind: 'try'
  readonly body: readonly Step[]
  readonly error: string
  readonly handler: readonly Step[]
  range?: PointRange | null
}

export interface Break {
  readonly kind: 'break'
  readonly label: string
}

/**
 * - `settled`: the value is no promise;
 * - `value`: it may be one, whose outcome is then the function's;
 * - `call`: a call in tail position, whose outcome is the function's.
 */
export type Return =
  | {
      readonly kind: 'return'
      readonly form: 'settled' | 'value'
      readonly argument: t.Expression
      readonly origin: t.Node
    }
  | { readonly kind: 'return'; readonly form: 'call'; readonly call: Call; readonly origin: t.Node }

export interface Throw {
  readonly kind: 'throw'
  readonly argument: t.Expression
  readonly origin: t.Node
}

/** Indices of the points within a step: first and last. */
export interface PointRange {
  readonly first: number
  readonly last: number
}

/** The step lists inside of a step. */
export function partsOf(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case 'if':
      return [step.consequent, step.alternate]
    case 'loop':
    case 'block':
      return [step.body]
    case 'try':
      return [step.body, step.handler]
    case 'switch':
      return step.cases.map(({ body }) => body)
    default:
      return []
  }
}

export const hasPoints = (steps: readonly Step[]): boolean =>
  steps.some((step) => isPoint(step) || step.kind === 'loop' || partsOf(step).some(hasPoints))

/** Is it a point by itself? */
export const isPoint = (step: Step): step is Await | Start | Yield | Landing =>
  step.kind === 'await' || step.kind === 'yield' || step.kind === 'start' || step.kind === 'landing'

/** The expressions that a step evaluates itself. */
export function expressionsOf(step: Step): readonly t.Node[] {
  switch (step.kind) {
    case 'do':
      return [step.expression]
    case 'await':
      return step.operation.kind === 'value' ? [step.operation.value] : callParts(step.operation)
    case 'yield':
      return [step.value]
    case 'if':
      return [step.test]
    case 'loop':
      return step.test ? [step.test] : []
    case 'switch':
      return [step.discriminant, ...step.cases.flatMap(({ test }) => (test ? [test] : []))]
    case 'return':
      return step.form === 'call' ? callParts(step.call) : [step.argument]
    case 'throw':
      return [step.argument]
    default:
      return []
  }
}

const callParts = ({ callee, receiver, args }: Call): readonly t.Node[] => [
  callee,
  ...(receiver ? [receiver] : []),
  ...args,
]
