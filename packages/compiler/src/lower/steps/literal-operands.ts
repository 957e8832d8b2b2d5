import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { at, call } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Operands } from './operands.js'

/**
 * Takes literals apart that contain an `await`.
 */
export class LiteralOperands {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /** An object literal. */
  object(node: t.ObjectExpression): t.Expression {
    const last = node.properties.findLastIndex(hasAwait)
    const properties = node.properties.map((item, index) => {
      if (index > last || t.isObjectMethod(item)) return item
      const isLast = index === last
      if (t.isSpreadElement(item)) {
        const argument = this.#operands.simple(item.argument)
        return t.spreadElement(isLast ? argument : this.#builder.save(t.objectExpression([t.spreadElement(argument)])))
      }
      const key = item.computed ? this.key(item.key as t.Expression) : item.key
      const value = this.#operands.simple(item.value as t.Expression)
      return at(t.objectProperty(key, isLast ? value : this.#operands.order.keep(value), item.computed), item)
    })
    return at(t.objectExpression(properties), node)
  }

  /** A template: what stands before an `await` is converted to a string at once. */
  template(node: t.TemplateLiteral): t.Expression {
    const last = node.expressions.findLastIndex(hasAwait)
    const parts = node.expressions.map((part, index) => {
      const value = index <= last ? this.#operands.simple(part as t.Expression) : (part as t.Expression)
      if (index >= last || t.isLiteral(value)) return value
      return this.#builder.save(
        t.templateLiteral([t.templateElement({ raw: '' }), t.templateElement({ raw: '' }, true)], [value]),
      )
    })
    return at(t.templateLiteral(node.quasis, parts), node)
  }

  /** A computed key, converted when it is evaluated. */
  key(node: t.Expression): t.Expression {
    const key = this.#operands.simple(node)
    return this.#operands.order.isStable(key) && t.isLiteral(key)
      ? key
      : this.#builder.save(call(this.#builder.output.helper('$key'), key))
  }
}
