import * as t from '@babel/types'
import { assign, call, id, integer, member, none, same, text } from '../syntax.js'
import { newPoint, type StepBuilder } from './builder.js'
import { RESULT } from './jumps.js'
import type { Normalizer } from './normalize.js'
import type { Operands } from './operands.js'
import { AsyncIteration } from './async-iteration.js'

/** The local that says how a generator was gone on with: by `next`, `throw` or `return`. */
const RESUMPTION = '$resumption'
const NEXT = 0
const THROW = 1
const RETURN = 2

/**
 * Turns `yield` into steps. Its frame goes to the generator's state; `throw` and `return` take effect where the generator goes on.
 */
export class Yields {
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #normalizer: Normalizer
  readonly #async: AsyncIteration

  constructor(builder: StepBuilder, operands: Operands, normalizer: Normalizer) {
    this.#builder = builder
    this.#operands = operands
    this.#normalizer = normalizer
    this.#async = new AsyncIteration(builder, operands)
  }

  /** `target = yield …`. */
  into(target: string, node: t.YieldExpression): void {
    if (isStart(node)) return this.#builder.emit({ kind: 'start', point: newPoint(node) })
    if (node.delegate && node.argument) return this.#delegation(target, node.argument, node)
    const argument = node.argument ?? none()
    const value = this.#isAsync ? this.#operands.simple(t.awaitExpression(argument)) : this.#operands.simple(argument)
    this.#yield(target, value, node)
    this.#operands.branch(this.#resumedBy(RETURN), () => {
      if (this.#isAsync) this.#operands.into(target, t.awaitExpression(id(target)))
      this.#exit(id(target))
    })
  }

  get #isAsync(): boolean {
    return this.#builder.generator === 'async'
  }

  /** What was thrown into the generator is thrown here. */
  #yield(target: string, value: t.Expression, origin: t.Node): void {
    this.#builder.declare(RESUMPTION)
    this.#builder.emit({
      kind: 'yield',
      target,
      value,
      resumption: RESUMPTION,
      delegates: false,
      point: newPoint(origin),
    })
  }

  #resumedBy(resumption: number): t.Expression {
    return same(id(RESUMPTION), integer(resumption))
  }

  #exit(value: t.Expression): void {
    this.#builder.declare(RESULT)
    this.#normalizer.jumps.exit(value)
  }

  /** `yield*`: everything that comes to this generator goes to the other iterator, until that one has ended. */
  #delegation(target: string, argument: t.Expression, origin: t.Node): void {
    const builder = this.#builder
    const iteration = builder.variable()
    const received = builder.variable()
    const resumption = builder.variable()
    const result = builder.variable()
    const value = this.#operands.order.keep(this.#operands.simple(argument))
    const begin = this.#isAsync
      ? call(builder.output.helper('$iterateAsync'), value, text(''))
      : call(builder.output.helper('$delegation'), value)
    builder.set(iteration, begin)
    builder.set(received, none())
    builder.set(resumption, integer(NEXT))
    this.#normalizer.loops.turns(origin, [], null, (leave) => {
      const state = { iteration, received, resumption, result }
      if (this.#isAsync) this.#requestAsync(state, origin)
      else this.#request(state)
      this.#operands.branch(member(result, 'done'), () => {
        builder.set(target, member(result, 'value'))
        this.#operands.branch(same(id(resumption), integer(RETURN)), () => this.#exit(id(target)))
        leave()
      })
      const yielded = this.#isAsync ? member(result, 'value') : id(result)
      const point = newPoint(origin)
      builder.emit({ kind: 'yield', target: received, value: yielded, resumption, delegates: true, point })
      if (this.#isAsync) this.#awaitReturned(received, resumption)
    })
  }

  #request({ iteration, received, resumption, result }: Delegation): void {
    const builder = this.#builder
    builder.set(result, call(builder.output.helper('$delegate'), id(iteration), id(resumption), id(received)))
    this.#operands.branch(same(id(result), id('$U')), () => this.#exit(id(received)))
  }

  #requestAsync({ iteration, received, resumption, result }: Delegation, origin: t.Node): void {
    const builder = this.#builder
    const method = builder.temporary()
    builder.set(method, call(builder.output.helper('$delegateMethod'), id(iteration), id(resumption)))
    this.#operands.branch(same(id(method), none()), () => {
      this.#operands.branch(same(id(resumption), integer(RETURN)), () => this.#exit(id(received)))
      this.#async.close(iteration, origin)
      builder.do(call(builder.output.helper('$refuseThrow')))
    })
    this.#async.call(result, iteration, method, [id(received)], origin)
  }

  /** A value that the generator is to return is awaited first; what goes wrong there is thrown into the other iterator. */
  #awaitReturned(received: string, resumption: string): void {
    const builder = this.#builder
    this.#operands.branch(same(id(resumption), integer(RETURN)), () => {
      const body = builder.collect(() => this.#operands.into(received, t.awaitExpression(id(received))))
      const error = builder.temporary()
      const handler = builder.collect(() => {
        builder.do(assign(received, id(error)))
        builder.set(resumption, integer(THROW))
      })
      builder.emit({ kind: 'try', body, error, handler })
    })
  }
}

interface Delegation {
  readonly iteration: string
  readonly received: string
  readonly resumption: string
  readonly result: string
}

/** The place in front of a generator's body, up to which it runs when it is called; written as a `yield`. */
export function startOfGenerator(): t.ExpressionStatement {
  const start = t.yieldExpression(null)
  start.extra = { start: true }
  return t.expressionStatement(start)
}

const isStart = (node: t.YieldExpression): boolean => node.extra?.['start'] === true
