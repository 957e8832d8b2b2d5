import * as t from '@babel/types'
import { id, member } from '../syntax.js'
import { CATCHES_UNWINDING } from '../using-declarations.js'
import type { StepBuilder } from './builder.js'
import type { Normalizer } from './normalize.js'
import type { Operands } from './operands.js'
import type { Step } from './steps.js'

/**
 * Turns `try` into steps that can be entered in their middle: `catch` and `finally` blocks stand behind it.
 */
export class TryStatements {
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #normalizer: Normalizer

  constructor(builder: StepBuilder, operands: Operands, normalizer: Normalizer) {
    this.#builder = builder
    this.#operands = operands
    this.#normalizer = normalizer
  }

  /** A `try`, with `catch` and `finally` blocks if it has any. */
  try({ block, handler, finalizer }: t.TryStatement): void {
    if (!finalizer) return this.#tryCatch(block, handler ?? null)
    this.#normalizer.jumps.completing(
      () => this.#tryCatch(block, handler ?? null),
      () => this.#normalizer.all(finalizer.body),
    )
  }

  /** Leaving `block` normally leaves the handler too, which stands after the `try`: it can be entered in its middle there. */
  #tryCatch(block: t.BlockStatement, handler: t.CatchClause | null): void {
    if (!handler) return this.#normalizer.all(block.body)
    const builder = this.#builder
    const label = builder.label()
    const body = builder.collect(() => {
      this.#normalizer.jumps.inCatch(() => this.#normalizer.all(block.body))
      builder.emit({ kind: 'break', label })
    })
    const error = builder.temporary()
    const rethrow = handler.extra?.[CATCHES_UNWINDING] ? [] : this.#rethrowUnwinding(error, handler)
    const handling = builder.collect(() => {
      builder.emit({ kind: 'try', body, error, handler: rethrow })
      if (handler.param) this.#initializeParameter(handler.param, id(error))
      this.#normalizer.all(handler.body.body)
    })
    builder.emit({ kind: 'block', label, body: handling })
  }

  /** What `build` emits; what it throws is dropped, but for unwinding. */
  quietly(build: () => void): void {
    const builder = this.#builder
    const error = builder.temporary()
    const body = builder.collect(() => this.#normalizer.jumps.inCatch(build))
    builder.emit({ kind: 'try', body, error, handler: this.#rethrowUnwinding(error, id(error)) })
  }

  /** `catch` does not see an unwinding. */
  #rethrowUnwinding(error: string, origin: t.Node): Step[] {
    const builder = this.#builder
    return builder.collect(() => {
      const unwinding = t.binaryExpression('instanceof', id(error), member('$r', 'Unwind'))
      const steps = builder.collect(() => builder.emit({ kind: 'throw', argument: id(error), origin }))
      builder.emit({ kind: 'if', test: unwinding, consequent: steps, alternate: [] })
    })
  }

  #initializeParameter(parameter: t.LVal, error: t.Identifier): void {
    for (const name of Object.keys(t.getBindingIdentifiers(parameter))) this.#builder.declare(name)
    this.#operands.destructuring.assign(parameter, error)
  }
}
