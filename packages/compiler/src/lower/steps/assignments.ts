import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { assign, at, id } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Operands } from './operands.js'

/**
 * Takes assignments apart of which a side awaits: the target is evaluated first, and assigned last.
 */
export class Assignments {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /** The assignment, as an expression that has its value. */
  simple(node: t.AssignmentExpression): t.Expression {
    const { left, operator } = node
    if (t.isPattern(left)) {
      const value = this.#operands.order.keep(this.#operands.simple(node.right))
      if (!hasAwait(left)) return at(assign(left, value), node)
      this.#operands.destructuring.assign(left, value, node.right)
      return value
    }
    const isLogical = operator === '&&=' || operator === '||=' || operator === '??='
    // A logical assignment reads its target and writes it later, in two places.
    const target = this.reference(left as t.Expression, hasAwait(node.right) || isLogical)
    if (operator === '=') return at(assign(target, this.#operands.simple(node.right)), node)
    if (isLogical) return this.#logicalAssignment(node, target)
    if (!hasAwait(node.right)) return at(t.assignmentExpression(operator, target, node.right), node)
    const old = this.#builder.save(target)
    const binary = operator.slice(0, -1) as t.BinaryExpression['operator']
    return at(assign(target, t.binaryExpression(binary, old, this.#operands.simple(node.right))), node)
  }

  #logicalAssignment(node: t.AssignmentExpression, target: t.Identifier | t.MemberExpression): t.Expression {
    const result = this.#builder.temporary()
    this.#builder.set(result, target)
    this.#operands.branch(this.#operands.continues(node.operator as '&&=', id(result)), () => {
      this.#operands.into(result, node.right)
      this.#builder.do(assign(target, id(result)))
    })
    return id(result)
  }

  /** A target whose object and key are evaluated; `lasting` if an `await` comes before its use. */
  reference(node: t.Expression, lasting: boolean): t.Identifier | t.MemberExpression {
    if (!t.isMemberExpression(node)) return node as t.Identifier
    if (isCheckedVariable(node)) return node
    if (t.isSuper(node.object)) throw new Error('super is left in a resumable function')
    const [object, key] = node.computed
      ? this.#operands.order.list([node.object, node.property as t.Expression])
      : [this.#operands.simple(node.object), node.property]
    if (!lasting) return at(t.memberExpression(object as t.Expression, key as t.Expression, node.computed), node)
    const kept = this.#operands.order.keep(object as t.Expression)
    const keptKey = node.computed ? this.#operands.order.keep(key as t.Expression) : (key as t.Identifier)
    return at(t.memberExpression(kept, keptKey, node.computed), node)
  }
}

/** A variable whose assignment is checked: that is done when it is assigned. */
const isCheckedVariable = ({ object }: t.MemberExpression): boolean =>
  t.isCallExpression(object) && t.isIdentifier(object.callee) && /^\$(?:guarded|constant)$/.test(object.callee.name)
