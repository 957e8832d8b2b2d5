import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { at, id, isNullish } from '../syntax.js'
import { Assignments } from './assignments.js'
import type { StepBuilder } from './builder.js'
import { CallOperands, callsSuper } from './call-operands.js'
import { Destructuring } from './destructuring.js'
import { Jumps } from './jumps.js'
import { LiteralOperands } from './literal-operands.js'
import { OperandOrder } from './operand-order.js'
import { OptionalChains } from './optional-chains.js'
import type { Yields } from './yields.js'

/**
 * Takes expressions apart so that every `await` is a step of its own. What was evaluated before an `await` is saved in
 * temporaries, so the order of evaluation is the language's.
 */
export class Operands {
  readonly jumps: Jumps
  readonly order: OperandOrder
  readonly calls: CallOperands
  readonly literals: LiteralOperands
  readonly assignments: Assignments
  readonly destructuring: Destructuring
  readonly chains: OptionalChains
  /** Given by who knows the jumps; a function without `yield` needs none. */
  yields: Yields | null = null
  readonly #builder: StepBuilder

  constructor(builder: StepBuilder) {
    this.#builder = builder
    this.jumps = new Jumps(builder)
    this.order = new OperandOrder(builder, this)
    this.calls = new CallOperands(builder, this)
    this.literals = new LiteralOperands(builder, this)
    this.assignments = new Assignments(builder, this)
    this.destructuring = new Destructuring(builder, this)
    this.chains = new OptionalChains(builder, this)
  }

  /** An expression without `await` that has the value of `node`, to be evaluated once and at once. */
  simple(node: t.Expression): t.Expression {
    if (!this.#mustSplit(node)) return node
    switch (node.type) {
      case 'AwaitExpression': {
        const outcome = this.#inTemporary(node)
        this.#builder.settled.add(outcome.name)
        return outcome
      }
      case 'YieldExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'OptionalMemberExpression':
      case 'OptionalCallExpression':
        return this.#inTemporary(node)
      case 'SequenceExpression':
        return this.#sequence(node)
      case 'AssignmentExpression':
        return this.assignments.simple(node)
      case 'UpdateExpression':
      case 'UnaryExpression':
        return this.#unary(node)
      case 'BinaryExpression': {
        const [left, right] = this.order.list([node.left as t.Expression, node.right])
        return at(t.binaryExpression(node.operator, left as t.Expression, right as t.Expression), node)
      }
      case 'MemberExpression':
        return this.member(node)
      case 'CallExpression':
        return this.calls.call(node)
      case 'NewExpression':
        return this.calls.construct(node)
      case 'ArrayExpression':
        return at(t.arrayExpression(this.order.list(node.elements) as t.Expression[]), node)
      case 'ObjectExpression':
        return this.literals.object(node)
      case 'TemplateLiteral':
        return this.literals.template(node)
      default:
        throw new Error(`an await is left inside of ${node.type}`)
    }
  }

  /** Evaluates `node` into `target`, which nothing else reads meanwhile. */
  into(target: string, node: t.Expression): void {
    const builder = this.#builder
    if (!this.#mustSplit(node)) return builder.set(target, node)
    switch (node.type) {
      case 'AwaitExpression':
        return this.#await(target, node.argument, node)
      case 'YieldExpression':
        return this.yields?.into(target, node)
      case 'ConditionalExpression':
        return this.branch(
          this.simple(node.test),
          () => this.into(target, node.consequent),
          () => this.into(target, node.alternate),
        )
      case 'LogicalExpression':
        this.into(target, node.left)
        return this.branch(this.continues(node.operator, id(target)), () => this.into(target, node.right))
      case 'OptionalMemberExpression':
      case 'OptionalCallExpression':
        return this.chains.into(target, node, null)
      default:
        return builder.set(target, this.simple(node))
    }
  }

  /** Evaluates `node` for its effects. */
  effect(node: t.Expression): void {
    if (!this.#mustSplit(node)) return this.#builder.do(node)
    switch (node.type) {
      case 'ConditionalExpression':
        return this.branch(
          this.simple(node.test),
          () => this.effect(node.consequent),
          () => this.effect(node.alternate),
        )
      case 'LogicalExpression': {
        const left = this.order.keep(this.simple(node.left))
        return this.branch(this.continues(node.operator, left), () => this.effect(node.right))
      }
      case 'SequenceExpression':
        for (const expression of node.expressions) this.effect(expression)
        return
      case 'AwaitExpression':
      case 'YieldExpression':
        return this.into(this.#builder.temporary(), node)
      default: {
        const value = this.simple(node)
        if (!this.order.isStable(value)) this.#builder.do(value)
      }
    }
  }

  /** Emits an `if` of what the callbacks emit. */
  branch(test: t.Expression, consequent: () => void, alternate: () => void = () => undefined): void {
    const builder = this.#builder
    const [then, otherwise] = [builder.collect(consequent), builder.collect(alternate)]
    builder.emit({ kind: 'if', test, consequent: then, alternate: otherwise })
  }

  /** Does `left` leave it to the right side to give the value? */
  continues(operator: t.LogicalExpression['operator'] | '&&=' | '||=' | '??=', left: t.Expression): t.Expression {
    if (operator.startsWith('&&')) return left
    return operator.startsWith('||') ? t.unaryExpression('!', left) : isNullish(left)
  }

  /** A property, its object and key evaluated. */
  member(node: t.MemberExpression): t.Expression {
    if (!node.computed) return at(t.memberExpression(this.simple(node.object), node.property), node)
    const [object, key] = this.order.list([node.object, node.property as t.Expression])
    return at(t.memberExpression(object as t.Expression, key as t.Expression, true), node)
  }

  #await(target: string, argument: t.Expression, origin: t.Node): void {
    const builder = this.#builder
    if (t.isConditionalExpression(argument)) {
      return this.branch(
        this.simple(argument.test),
        () => this.#await(target, argument.consequent, origin),
        () => this.#await(target, argument.alternate, origin),
      )
    }
    if (t.isOptionalCallExpression(argument)) return this.chains.into(target, argument, origin)
    const direct = t.isCallExpression(argument) ? this.calls.direct(argument) : null
    builder.await(target, direct ?? { kind: 'value', value: this.simple(argument) }, origin)
  }

  #inTemporary(node: t.Expression): t.Identifier {
    const target = this.#builder.temporary()
    this.into(target, node)
    return id(target)
  }

  #sequence(node: t.SequenceExpression): t.Expression {
    const last = node.expressions.at(-1)
    if (!last) throw new Error('a sequence has expressions')
    for (const expression of node.expressions.slice(0, -1)) this.effect(expression)
    return this.simple(last)
  }

  #unary(node: t.UnaryExpression | t.UpdateExpression): t.Expression {
    if (node.operator === 'delete' && t.isOptionalMemberExpression(node.argument))
      return this.chains.deletion(node.argument)
    const argument = this.simple(node.argument)
    if (t.isUpdateExpression(node)) return at(t.updateExpression(node.operator, argument, node.prefix), node)
    return at(t.unaryExpression(node.operator, argument, node.prefix), node)
  }

  /** `await` is to be a step of its own, and a method of `super` must be called with the right `this`. */
  #mustSplit(node: t.Node): boolean {
    return hasAwait(node) || (this.#builder.output.helpers.has('$super') && callsSuper(node))
  }
}
