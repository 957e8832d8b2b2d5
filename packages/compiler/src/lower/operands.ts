import * as t from '@babel/types'
import { hasAwait } from './awaits.js'
import type { StepBuilder } from './builder.js'
import { refuse } from './refusals.js'
import { isEnvironmentSlot, sourceText } from './source-text.js'
import type { Call } from './steps.js'
import { assign, at, call, id, isNullish, none, same, text } from './syntax.js'

type Operand = t.Expression | t.SpreadElement | t.ArgumentPlaceholder | null

/** What a call needs, evaluated; `text` is what an error calls the callee, `null` if the engine's own message is right. */
interface Callee {
  readonly callee: t.Expression
  readonly receiver: t.Expression | null
  readonly text: string | null
}

/**
 * Takes expressions apart so that every `await` is a step of its own. What was evaluated before an `await` is saved in
 * temporaries, so the order of evaluation is the language's.
 */
export class Operands {
  readonly #builder: StepBuilder

  constructor(builder: StepBuilder) {
    this.#builder = builder
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
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'OptionalMemberExpression':
      case 'OptionalCallExpression':
        return this.#inTemporary(node)
      case 'SequenceExpression':
        return this.#sequence(node)
      case 'AssignmentExpression':
        return this.#assignment(node)
      case 'UpdateExpression':
      case 'UnaryExpression':
        return t.isOptionalMemberExpression(node.argument) ? this.#deleteLink(node.argument) : this.#unary(node)
      case 'BinaryExpression': {
        const [left, right] = this.#list([node.left as t.Expression, node.right])
        return at(t.binaryExpression(node.operator, left as t.Expression, right as t.Expression), node)
      }
      case 'MemberExpression':
        return this.#member(node)
      case 'CallExpression':
        return this.#call(node)
      case 'NewExpression':
        return this.#new(node)
      case 'ArrayExpression':
        return at(t.arrayExpression(this.#list(node.elements) as t.Expression[]), node)
      case 'ObjectExpression':
        return this.#object(node)
      case 'TemplateLiteral':
        return this.#template(node)
      default:
        return refuse(
          this.#builder.output.path,
          node,
          `await inside of ${node.type} is not supported`,
          'await into a const before',
        )
    }
  }

  /** Evaluates `node` into `target`, which nothing else reads meanwhile. */
  into(target: string, node: t.Expression): void {
    const builder = this.#builder
    if (!this.#mustSplit(node)) return builder.set(target, node)
    switch (node.type) {
      case 'AwaitExpression':
        return this.#await(target, node.argument, node)
      case 'ConditionalExpression':
        return this.branch(
          this.simple(node.test),
          () => this.into(target, node.consequent),
          () => this.into(target, node.alternate),
        )
      case 'LogicalExpression':
        this.into(target, node.left)
        return this.branch(this.#continues(node.operator, id(target)), () => this.into(target, node.right))
      case 'OptionalMemberExpression':
      case 'OptionalCallExpression':
        return this.#chain(target, node, null)
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
        const left = this.keep(this.simple(node.left))
        return this.branch(this.#continues(node.operator, left), () => this.effect(node.right))
      }
      case 'SequenceExpression':
        for (const expression of node.expressions) this.effect(expression)
        return
      case 'AwaitExpression':
        return this.into(this.#builder.temporary(), node)
      default: {
        const value = this.simple(node)
        if (!this.#isStable(value)) this.#builder.do(value)
      }
    }
  }

  /** Emits an `if` of what the callbacks emit. */
  branch(test: t.Expression, consequent: () => void, alternate: () => void = () => undefined): void {
    const builder = this.#builder
    const [then, otherwise] = [builder.collect(consequent), builder.collect(alternate)]
    builder.emit({ kind: 'if', test, consequent: then, alternate: otherwise })
  }

  /** `value` in a form that gives the same when it is read later. */
  keep(value: t.Expression): t.Expression {
    return this.#isStable(value) ? value : this.#builder.save(value)
  }

  /** A call by the direct protocol: everything is evaluated but the call itself. */
  directCall(node: t.CallExpression): Call | null {
    if (t.isImport(node.callee)) return null
    const callee = this.#callee(
      node.callee as t.Expression,
      !node.arguments.every((argument) => this.#isInert(argument as t.Expression)),
    )
    const args = this.#args(node.arguments)
    this.#check(callee)
    return { kind: 'call', callee: callee.callee, receiver: callee.receiver, args }
  }

  /** Assigns `value` to a pattern. `value` gives the same when it is read again. */
  destructure(pattern: t.LVal | t.PatternLike, value: t.Expression): void {
    const builder = this.#builder
    if (!hasAwait(pattern) && !t.isAssignmentPattern(pattern)) return builder.do(assign(pattern as t.LVal, value))
    switch (pattern.type) {
      case 'ObjectPattern':
        return this.#destructureObject(pattern, value)
      case 'ArrayPattern':
        return this.#destructureArray(pattern, value)
      case 'AssignmentPattern': {
        const filled = builder.save(value)
        this.branch(same(filled, none()), () => this.into(filled.name, pattern.right))
        return this.destructure(pattern.left, filled)
      }
      default:
        return builder.do(assign(this.simple(pattern as t.Expression) as t.LVal, value))
    }
  }

  // ---------------------------------------------------------------- awaits

  #await(target: string, argument: t.Expression, origin: t.Node): void {
    const builder = this.#builder
    if (t.isConditionalExpression(argument)) {
      return this.branch(
        this.simple(argument.test),
        () => this.#await(target, argument.consequent, origin),
        () => this.#await(target, argument.alternate, origin),
      )
    }
    if (t.isOptionalCallExpression(argument)) return this.#chain(target, argument, origin)
    const direct = t.isCallExpression(argument) ? this.directCall(argument) : null
    builder.await(target, direct ?? { kind: 'value', value: this.simple(argument) }, origin)
  }

  #inTemporary(node: t.Expression): t.Identifier {
    const target = this.#builder.temporary()
    this.into(target, node)
    return id(target)
  }

  #continues(operator: t.LogicalExpression['operator'] | '&&=' | '||=' | '??=', left: t.Expression): t.Expression {
    if (operator.startsWith('&&')) return left
    return operator.startsWith('||') ? t.unaryExpression('!', left) : isNullish(left)
  }

  // ---------------------------------------------------------------- lists of operands

  /** Operands in their order: those before the last that awaits are saved. */
  #list(nodes: readonly Operand[]): Operand[] {
    const last = nodes.findLastIndex(hasAwait)
    return nodes.map((node, index) => {
      if (node === null || index > last || t.isArgumentPlaceholder(node)) return node && this.#inPlace(node)
      return index < last ? this.#kept(node) : this.#inPlace(node)
    })
  }

  #inPlace(node: t.Expression | t.SpreadElement | t.ArgumentPlaceholder): Operand {
    if (t.isSpreadElement(node)) return at(t.spreadElement(this.simple(node.argument)), node)
    return t.isArgumentPlaceholder(node) ? node : this.simple(node)
  }

  #kept(node: t.Expression | t.SpreadElement): Operand {
    if (!t.isSpreadElement(node)) return this.keep(this.simple(node))
    const items = t.arrayExpression([t.spreadElement(this.simple(node.argument))])
    return t.spreadElement(this.#builder.save(items))
  }

  /** Arguments of which evaluating runs nothing any more. */
  #args(nodes: readonly Operand[]): (t.Expression | t.SpreadElement)[] {
    const operands = this.#list(nodes) as (t.Expression | t.SpreadElement)[]
    const last = operands.findLastIndex((node) => !this.#isInert(node))
    return operands.map((node, index) => (index <= last ? (this.#kept(node) as t.Expression) : node))
  }

  /** Does reading it later give the same? */
  #isStable(node: t.Expression): boolean {
    if (t.isIdentifier(node)) return node.name === 'undefined' || this.#builder.isConstant(node.name)
    if (t.isUnaryExpression(node)) return t.isNumericLiteral(node.argument) && node.operator !== 'delete'
    return t.isLiteral(node) && !t.isTemplateLiteral(node) && !t.isRegExpLiteral(node)
  }

  /** Does evaluating it run nothing that could notice, and throw nothing? */
  #isInert(node: t.Expression | t.SpreadElement): boolean {
    if (t.isSpreadElement(node)) return t.isIdentifier(node.argument) && /^\$\d+$/.test(node.argument.name)
    if (this.#isStable(node) || (t.isMemberExpression(node) && isEnvironmentSlot(node))) return true
    if (t.isIdentifier(node)) return this.#builder.locals.includes(node.name)
    if (t.isArrayExpression(node))
      return node.elements.every((item) => item && t.isExpression(item) && this.#isInert(item))
    if (!t.isObjectExpression(node)) return false
    return node.properties.every(
      (item) => t.isObjectProperty(item) && !item.computed && this.#isInert(item.value as t.Expression),
    )
  }

  // ---------------------------------------------------------------- forms

  #sequence(node: t.SequenceExpression): t.Expression {
    const last = node.expressions.at(-1)
    if (!last) throw new Error('a sequence has expressions')
    for (const expression of node.expressions.slice(0, -1)) this.effect(expression)
    return this.simple(last)
  }

  #unary(node: t.UnaryExpression | t.UpdateExpression): t.Expression {
    const argument = this.simple(node.argument)
    if (t.isUpdateExpression(node)) return at(t.updateExpression(node.operator, argument, node.prefix), node)
    return at(t.unaryExpression(node.operator, argument, node.prefix), node)
  }

  #member(node: t.MemberExpression): t.Expression {
    if (!node.computed) return at(t.memberExpression(this.simple(node.object), node.property), node)
    const [object, key] = this.#list([node.object, node.property as t.Expression])
    return at(t.memberExpression(object as t.Expression, key as t.Expression, true), node)
  }

  #call(node: t.CallExpression): t.Expression {
    if (t.isImport(node.callee))
      return at(t.callExpression(node.callee, this.#list(node.arguments) as t.Expression[]), node)
    const callee = node.callee as t.Expression
    if (!node.arguments.some(hasAwait) && !isSuperMember(callee)) {
      const target = t.isMemberExpression(callee) ? this.#member(callee) : this.simple(callee)
      return at(t.callExpression(target, this.#list(node.arguments) as t.Expression[]), node)
    }
    const parts = this.#callee(callee, true)
    const args = this.#args(node.arguments)
    this.#check(parts)
    if (parts.receiver === null) return at(t.callExpression(parts.callee, args), node)
    return at(call(this.#builder.output.helper('$apply'), parts.callee, parts.receiver, t.arrayExpression(args)), node)
  }

  #new(node: t.NewExpression): t.Expression {
    const [callee, ...args] = this.#list([node.callee, ...node.arguments]) as t.Expression[]
    if (!callee) throw new Error('new without a class')
    if (callee === node.callee || !t.isIdentifier(callee)) return at(t.newExpression(callee, args), node)
    const check = this.#builder.output.helper('$constructible')
    return at(t.newExpression(call(check, callee, text(sourceText(node.callee))), args), node)
  }

  #callee(node: t.Expression, saved: boolean): Callee {
    if (t.isMemberExpression(node)) return this.#method(node)
    if (isSuperMember(node)) return this.#superMethod(node)
    if (t.isOptionalMemberExpression(node)) return this.#parenthesizedChain(node)
    const [inner, named] = unwrapped(node)
    const value = this.simple(inner)
    if (t.isIdentifier(value) && this.#builder.isConstant(value.name))
      return { callee: value, receiver: null, text: named }
    if (t.isIdentifier(value) && this.#builder.locals.includes(value.name) && !saved) {
      return { callee: value, receiver: null, text: named }
    }
    return { callee: this.#builder.save(value), receiver: null, text: named ?? sourceText(inner) }
  }

  #method(node: t.MemberExpression): Callee {
    const name = sourceText(node)
    this.#builder.output.helper('$apply')
    const receiver = this.keep(this.simple(node.object))
    const key = node.computed ? this.simple(node.property as t.Expression) : node.property
    const callee = this.#builder.save(at(t.memberExpression(receiver, key, node.computed), node))
    return { callee, receiver, text: name }
  }

  #superMethod(node: t.CallExpression): Callee {
    this.#builder.output.helper('$apply')
    const [home, key, receiver] = node.arguments as [t.Expression, t.Expression, t.Expression]
    const callee = this.#builder.save(at(call('$super', home, this.simple(key), receiver), node))
    return { callee, receiver, text: `(intermediate value).${t.isStringLiteral(key) ? key.value : ''}` }
  }

  /** The callee is checked where the language does it: after the arguments. */
  #check({ callee, text: name }: Callee): void {
    if (name === null) return
    this.#builder.do(
      t.logicalExpression(
        '||',
        same(t.unaryExpression('typeof', callee), text('function')),
        call(this.#builder.output.helper('$callable'), callee, text(name)),
      ),
    )
  }

  #object(node: t.ObjectExpression): t.Expression {
    const last = node.properties.findLastIndex(hasAwait)
    const properties = node.properties.map((item, index) => {
      if (index > last || t.isObjectMethod(item)) return item
      const isLast = index === last
      if (t.isSpreadElement(item)) {
        const argument = this.simple(item.argument)
        return t.spreadElement(isLast ? argument : this.#builder.save(t.objectExpression([t.spreadElement(argument)])))
      }
      const key = item.computed ? this.#key(item.key as t.Expression) : item.key
      const value = this.simple(item.value as t.Expression)
      return at(t.objectProperty(key, isLast ? value : this.keep(value), item.computed), item)
    })
    return at(t.objectExpression(properties), node)
  }

  #key(node: t.Expression): t.Expression {
    const key = this.simple(node)
    return this.#isStable(key) && t.isLiteral(key)
      ? key
      : this.#builder.save(call(this.#builder.output.helper('$key'), key))
  }

  #template(node: t.TemplateLiteral): t.Expression {
    const last = node.expressions.findLastIndex(hasAwait)
    const parts = node.expressions.map((part, index) => {
      const value = index <= last ? this.simple(part as t.Expression) : (part as t.Expression)
      if (index >= last || t.isLiteral(value)) return value
      return this.#builder.save(
        t.templateLiteral([t.templateElement({ raw: '' }), t.templateElement({ raw: '' }, true)], [value]),
      )
    })
    return at(t.templateLiteral(node.quasis, parts), node)
  }

  // ---------------------------------------------------------------- assignments

  #assignment(node: t.AssignmentExpression): t.Expression {
    const { left, operator } = node
    if (t.isPattern(left)) {
      const value = this.keep(this.simple(node.right))
      if (!hasAwait(left)) return at(assign(left, value), node)
      this.destructure(left, value)
      return value
    }
    const isLogical = operator === '&&=' || operator === '||=' || operator === '??='
    // A logical assignment reads its target and writes it later, in two places.
    const target = this.#reference(left as t.Expression, hasAwait(node.right) || isLogical)
    if (operator === '=') return at(assign(target, this.simple(node.right)), node)
    if (isLogical) return this.#logicalAssignment(node, target)
    if (!hasAwait(node.right)) return at(t.assignmentExpression(operator, target, node.right), node)
    const old = this.#builder.save(target)
    const binary = operator.slice(0, -1) as t.BinaryExpression['operator']
    return at(assign(target, t.binaryExpression(binary, old, this.simple(node.right))), node)
  }

  #logicalAssignment(node: t.AssignmentExpression, target: t.Identifier | t.MemberExpression): t.Expression {
    const result = this.#builder.temporary()
    this.#builder.set(result, target)
    this.branch(this.#continues(node.operator as '&&=', id(result)), () => {
      this.into(result, node.right)
      this.#builder.do(assign(target, id(result)))
    })
    return id(result)
  }

  /** A target whose object and key are evaluated; `lasting` if an `await` comes before its use. */
  #reference(node: t.Expression, lasting: boolean): t.Identifier | t.MemberExpression {
    if (!t.isMemberExpression(node)) return node as t.Identifier
    if (t.isSuper(node.object)) {
      refuse(
        this.#builder.output.path,
        node,
        'assignment to super in an async method is not supported',
        'assign to this',
      )
    }
    const [object, key] = node.computed
      ? this.#list([node.object, node.property as t.Expression])
      : [this.simple(node.object), node.property]
    if (!lasting) return at(t.memberExpression(object as t.Expression, key as t.Expression, node.computed), node)
    const kept = this.keep(object as t.Expression)
    const keptKey = node.computed ? this.keep(key as t.Expression) : (key as t.Identifier)
    return at(t.memberExpression(kept, keptKey, node.computed), node)
  }

  #destructureObject(pattern: t.ObjectPattern, value: t.Expression): void {
    const { output } = this.#builder
    this.#builder.do(call(output.helper('$object'), value, text(sourceText(value))))
    const taken: t.Expression[] = []
    for (const item of pattern.properties) {
      if (t.isRestElement(item)) {
        this.destructure(item.argument, call(output.helper('$rest'), value, t.arrayExpression(taken)))
        continue
      }
      const key = item.computed ? this.#key(item.key as t.Expression) : item.key
      taken.push(item.computed || !t.isIdentifier(item.key) ? (key as t.Expression) : text(item.key.name))
      const computed = item.computed || !t.isIdentifier(key)
      const part = t.memberExpression(value, key, computed)
      this.destructure(item.value as t.LVal, hasAwait(item.value) ? this.#builder.save(part) : part)
    }
  }

  /** All elements are taken before the first default is evaluated: an iterator is never left open across an `await`. */
  #destructureArray(pattern: t.ArrayPattern, value: t.Expression): void {
    const names = pattern.elements.map((element) => (element ? this.#builder.temporary() : null))
    const taken = pattern.elements.map((element, index) => {
      const name = names[index]
      if (!element || !name) return null
      return t.isRestElement(element) ? t.restElement(id(name)) : id(name)
    })
    this.#builder.do(assign(t.arrayPattern(taken), value))
    for (const [index, element] of pattern.elements.entries()) {
      const name = names[index]
      if (!element || !name) continue
      this.destructure(t.isRestElement(element) ? element.argument : element, id(name))
    }
  }

  // ---------------------------------------------------------------- optional chains

  /** `target = a?.b.c(…)`; if `awaited`, the last call is awaited, at that position. */
  #chain(target: string, node: t.OptionalMemberExpression | t.OptionalCallExpression, awaited: t.Node | null): void {
    const builder = this.#builder
    const label = builder.label()
    builder.set(target, none())
    const body = builder.collect(() => {
      if (!t.isOptionalCallExpression(node)) return builder.set(target, this.#link(node, label).callee)
      const parts = this.#link(node.callee, label, true)
      if (node.optional) this.#leaveIfNullish(parts.callee, label)
      const args = this.#args(node.arguments)
      this.#check(parts)
      if (awaited) builder.await(target, { kind: 'call', ...parts, args }, awaited)
      else builder.set(target, this.#applied(parts, args))
    })
    builder.emit({ kind: 'block', label, body })
  }

  /** `(a?.b)(…)`: what is missing is called all the same, and the receiver is kept. */
  #parenthesizedChain(node: t.OptionalMemberExpression): Callee {
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
  #deleteLink(node: t.OptionalMemberExpression): t.Expression {
    const builder = this.#builder
    const result = builder.temporary()
    const label = builder.label()
    builder.set(result, t.booleanLiteral(true))
    const body = builder.collect(() => {
      const object = this.keep(this.#link(node.object, label).callee)
      if (node.optional) this.#leaveIfNullish(object, label)
      const key = node.computed ? this.simple(node.property) : node.property
      builder.set(result, t.unaryExpression('delete', t.memberExpression(object, key, node.computed)))
    })
    builder.emit({ kind: 'block', label, body })
    return id(result)
  }

  #applied({ callee, receiver }: Callee, args: (t.Expression | t.SpreadElement)[]): t.Expression {
    if (receiver === null) return t.callExpression(callee, args)
    return call(this.#builder.output.helper('$apply'), callee, receiver, t.arrayExpression(args))
  }

  /** A part of a chain, evaluated; it leaves the chain where something optional is missing. */
  #link(node: t.Expression, label: string, forCall = false): Callee {
    if (t.isOptionalMemberExpression(node)) {
      const receiver = this.keep(this.#link(node.object, label).callee)
      this.#builder.output.helper('$apply')
      if (node.optional) this.#leaveIfNullish(receiver, label)
      const key = node.computed ? this.simple(node.property) : node.property
      const callee = this.#builder.save(t.memberExpression(receiver, key, node.computed))
      return { callee, receiver, text: sourceText(node) }
    }
    if (t.isOptionalCallExpression(node)) {
      const parts = this.#link(node.callee, label, true)
      if (node.optional) this.#leaveIfNullish(parts.callee, label)
      const args = this.#args(node.arguments)
      this.#check(parts)
      return { callee: this.#builder.save(this.#applied(parts, args)), receiver: null, text: sourceText(node) }
    }
    if (forCall) return this.#callee(node, true)
    return { callee: this.keep(this.simple(node)), receiver: null, text: null }
  }

  #leaveIfNullish(value: t.Expression, label: string): void {
    this.branch(isNullish(value), () => this.#builder.emit({ kind: 'break', label }))
  }

  /** `await` is to be a step of its own, and a method of `super` must be called with the right `this`. */
  #mustSplit(node: t.Node): boolean {
    return hasAwait(node) || (this.#builder.output.helpers.has('$super') && callsSuper(node))
  }
}

/** `$super(home, key, this)`, which stands for `super.key`. */
const isSuperMember = (node: t.Node): node is t.CallExpression =>
  t.isCallExpression(node) && t.isIdentifier(node.callee, { name: '$super' })

function callsSuper(node: t.Node): boolean {
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
    const [, value] = node.expressions
    if (t.isMemberExpression(value) && isEnvironmentSlot(value)) return [value, sourceText(value)]
  }
  return [node, null]
}
