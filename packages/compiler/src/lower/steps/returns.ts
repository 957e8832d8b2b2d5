import * as t from '@babel/types'
import type { StepBuilder } from './builder.js'
import { RESULT } from './jumps.js'
import type { Normalizer } from './normalize.js'
import type { Operands } from './operands.js'

/**
 * Turns `return` into steps: a tail call where nothing encloses it, else a value that waits for what it passes.
 */
export class Returns {
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #normalizer: Normalizer

  constructor(builder: StepBuilder, operands: Operands, normalizer: Normalizer) {
    this.#builder = builder
    this.#operands = operands
    this.#normalizer = normalizer
  }

  /**
   * What `return f()` waits for is outside of the statement: no `catch` around it sees a rejection, and `finally` blocks
   * run before. So under a `try` the call takes the standard entry, and its promise is awaited after all of them.
   */
  return(argument: t.Expression, origin: t.Statement): void {
    const builder = this.#builder
    if (builder.generator) return this.#end(argument, origin)
    if (!this.#normalizer.jumps.isGuarded && !this.#normalizer.jumps.isIntercepted) return this.#tail(argument, origin)
    const value = this.#operands.simple(argument)
    if (this.#isSettled(value) && !this.#normalizer.jumps.isIntercepted) {
      return builder.emit({ kind: 'return', form: 'settled', argument: value, origin })
    }
    builder.declare(RESULT)
    this.#normalizer.jumps.exit(value)
  }

  /** A generator's `return`: an asynchronous one awaits the value in its place. */
  #end(argument: t.Expression, origin: t.Statement): void {
    const builder = this.#builder
    const awaits = builder.generator === 'async' && !isUndefined(argument)
    const value = this.#operands.simple(awaits ? t.awaitExpression(argument) : argument)
    if (!this.#normalizer.jumps.isIntercepted) {
      return builder.emit({ kind: 'return', form: 'settled', argument: value, origin })
    }
    builder.declare(RESULT)
    this.#normalizer.jumps.exit(value)
  }

  #tail(argument: t.Expression, origin: t.Statement): void {
    const builder = this.#builder
    if (t.isConditionalExpression(argument)) {
      return this.#operands.branch(
        this.#operands.simple(argument.test),
        () => this.#tail(argument.consequent, origin),
        () => this.#tail(argument.alternate, origin),
      )
    }
    const direct = t.isCallExpression(argument) ? this.#operands.calls.direct(argument) : null
    if (direct) return builder.emit({ kind: 'return', form: 'call', call: direct, origin })
    const value = this.#operands.simple(argument)
    builder.emit({ kind: 'return', form: this.#isSettled(value) ? 'settled' : 'value', argument: value, origin })
  }

  /** Is the value certainly no promise, nor another thenable? */
  #isSettled(node: t.Expression): boolean {
    switch (node.type) {
      case 'Identifier':
        return node.name === 'undefined' || this.#builder.settled.has(node.name)
      case 'BinaryExpression':
      case 'UnaryExpression':
      case 'UpdateExpression':
      case 'TemplateLiteral':
      case 'ArrayExpression':
        return true
      case 'ObjectExpression':
        return node.properties.every(
          (item) => t.isObjectProperty(item) && !item.computed && t.isIdentifier(item.key) && item.key.name !== 'then',
        )
      default:
        return t.isLiteral(node)
    }
  }
}

const isUndefined = (node: t.Expression): boolean => t.isUnaryExpression(node, { operator: 'void' })
