import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { isEnvironmentSlot, sourceText } from '../source-text.js'
import { at, call, same, text } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Operands } from './operands.js'
import type { Call } from './steps.js'

/** What a call needs, evaluated; `text` is what an error calls the callee, `null` if the engine's own message is right. */
export interface Callee {
  readonly callee: t.Expression
  readonly receiver: t.Expression | null
  readonly text: string | null
}

/**
 * Evaluates what a call needs: its callee, its receiver and its arguments, so that the call itself can be a step.
 */
export class CallOperands {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /** A call by the direct protocol: everything is evaluated but the call itself. */
  direct(node: t.CallExpression): Call | null {
    if (t.isImport(node.callee)) return null
    if (t.isIdentifier(node.callee, { name: '$apply' })) return this.#applied(node)
    const callee = this.callee(
      node.callee as t.Expression,
      !node.arguments.every((argument) => this.#operands.order.isInert(argument as t.Expression)),
    )
    const args = this.#operands.order.args(node.arguments)
    this.check(callee, node)
    return { kind: 'call', callee: callee.callee, receiver: callee.receiver, args }
  }

  /** `$apply(callee, receiver, [])`, which the lowering of other forms emits. */
  #applied({ arguments: [callee, receiver] }: t.CallExpression): Call {
    const parts = [callee, receiver].map((part) => this.#builder.save(this.#operands.simple(part as t.Expression)))
    return { kind: 'call', callee: parts[0], receiver: parts[1], args: [] }
  }

  /** A call that is not awaited itself. */
  call(node: t.CallExpression): t.Expression {
    if (t.isImport(node.callee))
      return at(t.callExpression(node.callee, this.#operands.order.list(node.arguments) as t.Expression[]), node)
    const callee = node.callee as t.Expression
    if (!hasAwait(node) && !isSuperMember(callee)) {
      const target = t.isMemberExpression(callee) ? this.#operands.member(callee) : this.#operands.simple(callee)
      return at(t.callExpression(target, this.#operands.order.list(node.arguments) as t.Expression[]), node)
    }
    const parts = this.callee(callee, true)
    const args = this.#operands.order.args(node.arguments)
    this.check(parts, node)
    if (parts.receiver === null) return at(t.callExpression(parts.callee, args), node)
    return at(call(this.#builder.output.helper('$apply'), parts.callee, parts.receiver, t.arrayExpression(args)), node)
  }

  /** A `new` of which the class or an argument awaits. */
  construct(node: t.NewExpression): t.Expression {
    const [callee, ...args] = this.#operands.order.list([node.callee, ...node.arguments]) as t.Expression[]
    if (!callee) throw new Error('new without a class')
    if (callee === node.callee) return at(t.newExpression(callee, args), node)
    const check = this.#builder.output.helper('$constructible')
    return at(t.newExpression(call(check, callee, text(sourceText(node.callee))), args), node)
  }

  /** A callee and its receiver; `saved` if something runs before the call. */
  callee(node: t.Expression, saved: boolean): Callee {
    if (t.isMemberExpression(node)) return this.#method(node)
    if (isSuperMember(node)) return this.#superMethod(node)
    if (isMethod(node)) return this.#receiving(node)
    if (t.isOptionalMemberExpression(node)) return this.#operands.chains.parenthesized(node)
    const [inner, known] = unwrapped(node)
    const value = this.#operands.simple(inner)
    const named = known ?? (value === inner ? null : sourceText(inner))
    if (t.isIdentifier(value) && this.#builder.isConstant(value.name))
      return { callee: value, receiver: null, text: named }
    if (t.isIdentifier(value) && this.#builder.locals.includes(value.name) && !saved) {
      return { callee: value, receiver: null, text: named }
    }
    return { callee: this.#builder.save(value), receiver: null, text: named ?? sourceText(inner) }
  }

  /** The call of what is evaluated. */
  applied({ callee, receiver }: Callee, args: (t.Expression | t.SpreadElement)[]): t.Expression {
    if (receiver === null) return t.callExpression(callee, args)
    return call(this.#builder.output.helper('$apply'), callee, receiver, t.arrayExpression(args))
  }

  /** The callee is checked where the language does it: after the arguments. */
  check({ callee, text: name }: Callee, origin: t.Node): void {
    if (name === null) return
    this.#builder.do(
      t.logicalExpression(
        '||',
        same(t.unaryExpression('typeof', callee), text('function')),
        at(call(this.#builder.output.helper('$refuseCall'), text(name)), origin),
      ),
    )
  }

  #method(node: t.MemberExpression): Callee {
    const name = sourceText(node)
    this.#builder.output.helper('$apply')
    const receiver = this.#operands.order.keep(this.#operands.simple(node.object))
    const key = node.computed ? this.#operands.simple(node.property as t.Expression) : node.property
    const callee = this.#builder.save(at(t.memberExpression(receiver, key, node.computed), node))
    return { callee, receiver, text: name }
  }

  /** `$method(method, self, text)`, which stands for `self.#method`. */
  #receiving({ arguments: args }: t.CallExpression): Callee {
    const [method, self, name] = args as [t.Expression, t.Expression, t.StringLiteral]
    this.#builder.output.helper('$apply')
    const callee = this.#builder.save(this.#operands.simple(method))
    return { callee, receiver: this.#operands.order.keep(self), text: name.value }
  }

  #superMethod(node: t.CallExpression): Callee {
    this.#builder.output.helper('$apply')
    const [home, key, receiver] = node.arguments as [t.Expression, t.Expression, t.Expression]
    const callee = this.#builder.save(at(call('$super', home, this.#operands.simple(key), receiver), node))
    return { callee, receiver, text: `(intermediate value).${t.isStringLiteral(key) ? key.value : ''}` }
  }
}

/** `$super(home, key, this)`, which stands for `super.key`. */
export const isSuperMember = (node: t.Node): node is t.CallExpression =>
  t.isCallExpression(node) && t.isIdentifier(node.callee, { name: '$super' })

const isMethod = (node: t.Node): node is t.CallExpression =>
  t.isCallExpression(node) && t.isIdentifier(node.callee, { name: '$method' })

/** Does it contain a call of a method of `super`? */
export function callsSuper(node: t.Node): boolean {
  let found = false
  t.traverseFast(node, (inner) => void (found ||= t.isCallExpression(inner) && isSuperMember(inner.callee)))
  return found
}

/** A captured callee: what it is, and what the source calls it. */
function unwrapped(node: t.Expression): [t.Expression, string | null] {
  if (t.isCallExpression(node) && t.isIdentifier(node.callee) && /^\$callable(?:IfAny)?$/.test(node.callee.name)) {
    const [value, name] = node.arguments
    if (t.isExpression(value) && t.isStringLiteral(name)) return [value, name.value]
  }
  if (t.isSequenceExpression(node) && node.expressions.length === 2) {
    const [first, value] = node.expressions
    if (t.isNumericLiteral(first) && t.isMemberExpression(value) && isEnvironmentSlot(value))
      return [value, sourceText(value)]
  }
  return [node, null]
}
