import * as t from '@babel/types'
import { sourceText } from '../source-text.js'
import { id, isNullish, none } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Callee } from './call-operands.js'
import type { Operands } from './operands.js'

/**
 * Takes optional chains apart that contain an `await`. A chain is a block, which is left where something is missing.
 */
export class OptionalChains {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /** `target = a?.b.c(…)`; if `awaited`, the last call is awaited, at that position. */
  into(target: string, node: t.OptionalMemberExpression | t.OptionalCallExpression, awaited: t.Node | null): void {
    const builder = this.#builder
    const label = builder.label()
    builder.set(target, none())
    const body = builder.collect(() => {
      if (!t.isOptionalCallExpression(node)) return builder.set(target, this.#link(node, label).callee)
      const parts = this.#link(node.callee, label, true)
      if (node.optional) this.#leaveIfNullish(parts.callee, label)
      const args = this.#operands.order.args(node.arguments)
      this.#operands.calls.check(parts, node)
      if (awaited) builder.await(target, { kind: 'call', ...parts, args }, awaited)
      else builder.set(target, this.#operands.calls.applied(parts, args))
    })
    builder.emit({ kind: 'block', label, body })
  }

  /** `(a?.b)(…)`: what is missing is called all the same, and the receiver is kept. */
  parenthesized(node: t.OptionalMemberExpression): Callee {
    const builder = this.#builder
    const callee = builder.temporary()
    const receiver = builder.temporary()
    const label = builder.label()
    builder.set(callee, none())
    builder.set(receiver, none())
    const body = builder.collect(() => {
      const parts = this.#link(node, label, true)
      builder.set(callee, parts.callee)
      if (parts.receiver) builder.set(receiver, parts.receiver)
    })
    builder.emit({ kind: 'block', label, body })
    return { callee: id(callee), receiver: id(receiver), text: sourceText(node) }
  }

  /** `delete a?.b`: true where something is missing. */
  deletion(node: t.OptionalMemberExpression): t.Expression {
    const builder = this.#builder
    const result = builder.temporary()
    const label = builder.label()
    builder.set(result, t.booleanLiteral(true))
    const body = builder.collect(() => {
      const object = this.#operands.order.keep(this.#link(node.object, label).callee)
      if (node.optional) this.#leaveIfNullish(object, label)
      const key = node.computed ? this.#operands.simple(node.property) : node.property
      builder.set(result, t.unaryExpression('delete', t.memberExpression(object, key, node.computed)))
    })
    builder.emit({ kind: 'block', label, body })
    return id(result)
  }

  /** A part of a chain, evaluated; it leaves the chain where something optional is missing. */
  #link(node: t.Expression, label: string, forCall = false): Callee {
    if (t.isOptionalMemberExpression(node)) {
      const receiver = this.#operands.order.keep(this.#link(node.object, label).callee)
      this.#builder.output.helper('$apply')
      if (node.optional) this.#leaveIfNullish(receiver, label)
      const key = node.computed ? this.#operands.simple(node.property) : node.property
      const callee = this.#builder.save(t.memberExpression(receiver, key, node.computed))
      return { callee, receiver, text: sourceText(node) }
    }
    if (t.isOptionalCallExpression(node)) {
      const parts = this.#link(node.callee, label, true)
      if (node.optional) this.#leaveIfNullish(parts.callee, label)
      const args = this.#operands.order.args(node.arguments)
      this.#operands.calls.check(parts, node)
      return {
        callee: this.#builder.save(this.#operands.calls.applied(parts, args)),
        receiver: null,
        text: sourceText(node),
      }
    }
    if (forCall) return this.#operands.calls.callee(node, true)
    return { callee: this.#operands.order.keep(this.#operands.simple(node)), receiver: null, text: null }
  }

  #leaveIfNullish(value: t.Expression, label: string): void {
    this.#operands.branch(isNullish(value), () => this.#builder.emit({ kind: 'break', label }))
  }
}
