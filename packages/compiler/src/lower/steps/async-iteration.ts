import type * as t from '@babel/types'
import { call, differs, id, member, none } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Operands } from './operands.js'

/**
 * The awaited calls of an asynchronous iterator's methods. An iteration is a record of the iterator and its `next` method.
 */
export class AsyncIteration {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /** `result = await method.call(iterator, …args)`, which must be an object. */
  call(result: string, iteration: string, method: string, args: readonly t.Expression[], origin: t.Node): void {
    const builder = this.#builder
    const iterator = builder.save(member(iteration, 'iterator'))
    builder.output.helper('$apply')
    builder.await(result, { kind: 'call', callee: id(method), receiver: iterator, args }, origin)
    builder.do(call(builder.output.helper('$iteratorResult'), id(result)))
  }

  /** Tells the iterator that no more values are wanted, and waits until it is through. */
  close(iteration: string, origin: t.Node): void {
    const builder = this.#builder
    const method = builder.temporary()
    builder.set(method, call(builder.output.helper('$returnMethod'), id(iteration)))
    this.#operands.branch(differs(id(method), none()), () =>
      this.call(builder.variable(), iteration, method, [], origin),
    )
  }
}
