import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { isEnvironmentSlot } from '../source-text.js'
import { at } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Operands } from './operands.js'

export type Operand = t.Expression | t.SpreadElement | t.ArgumentPlaceholder | null

/**
 * Keeps operands in the language's order of evaluation where one of them awaits: what comes before is saved in temporaries,
 * unless it gives the same when it is read later.
 */
export class OperandOrder {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /** Operands in their order: those before the last that awaits are saved. */
  list(nodes: readonly Operand[]): Operand[] {
    const last = nodes.findLastIndex(hasAwait)
    return nodes.map((node, index) => {
      if (node === null || index > last || t.isArgumentPlaceholder(node)) return node && this.#inPlace(node)
      return index < last ? this.#kept(node) : this.#inPlace(node)
    })
  }

  /** Arguments of which evaluating runs nothing any more. */
  args(nodes: readonly Operand[]): (t.Expression | t.SpreadElement)[] {
    const operands = this.list(nodes) as (t.Expression | t.SpreadElement)[]
    const last = operands.findLastIndex((node) => !this.isInert(node))
    return operands.map((node, index) => (index <= last ? (this.#kept(node) as t.Expression) : node))
  }

  /** `value` in a form that gives the same when it is read later. */
  keep(value: t.Expression): t.Expression {
    return this.isStable(value) ? value : this.#builder.save(value)
  }

  /** Does reading it later give the same? */
  isStable(node: t.Expression): boolean {
    if (t.isIdentifier(node)) return node.name === 'undefined' || this.#builder.isConstant(node.name)
    if (t.isUnaryExpression(node)) return t.isNumericLiteral(node.argument) && node.operator !== 'delete'
    return t.isLiteral(node) && !t.isTemplateLiteral(node) && !t.isRegExpLiteral(node)
  }

  /** Does evaluating it run nothing that could notice, and throw nothing? */
  isInert(node: t.Expression | t.SpreadElement): boolean {
    if (t.isSpreadElement(node)) return t.isIdentifier(node.argument) && /^\$\d+$/.test(node.argument.name)
    if (this.isStable(node) || (t.isMemberExpression(node) && isEnvironmentSlot(node))) return true
    if (t.isIdentifier(node)) return this.#builder.locals.includes(node.name)
    if (t.isArrayExpression(node))
      return node.elements.every((item) => item && t.isExpression(item) && this.isInert(item))
    if (!t.isObjectExpression(node)) return false
    return node.properties.every(
      (item) => t.isObjectProperty(item) && !item.computed && this.isInert(item.value as t.Expression),
    )
  }

  #inPlace(node: t.Expression | t.SpreadElement | t.ArgumentPlaceholder): Operand {
    if (t.isSpreadElement(node)) return at(t.spreadElement(this.#operands.simple(node.argument)), node)
    return t.isArgumentPlaceholder(node) ? node : this.#operands.simple(node)
  }

  #kept(node: t.Expression | t.SpreadElement): Operand {
    if (!t.isSpreadElement(node)) return this.keep(this.#operands.simple(node))
    const items = t.arrayExpression([t.spreadElement(this.#operands.simple(node.argument))])
    return t.spreadElement(this.#builder.save(items))
  }
}
