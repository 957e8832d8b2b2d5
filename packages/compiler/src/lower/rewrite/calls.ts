import * as t from '@babel/types'
import { superHolder } from '../names/scopes.js'
import { isTakenOut, receiverOf } from '../private-names/uses.js'
import { sourceText } from '../source-text.js'
import { assign, at, call, detached, member, text } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

/** Static methods of `Promise` that take several promises. */
const COMBINATORS: ReadonlySet<string> = new Set(['all', 'allSettled', 'any', 'race'])

/**
 * Rewrites calls and `super`. A captured callee gets neither its environment as `this` nor another error than the source
 * would give; `super` is found by way of the class.
 */
export class Calls {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** A call; one of a method of `super` included. */
  call(node: t.CallExpression | t.OptionalCallExpression): t.Expression {
    if (t.isSuper(node.callee)) return this.#superCall(node as t.CallExpression)
    if (receiverOf(isTakenOut(node.callee) ? node.callee : node)) return this.#module.privateNames.call(node)
    const combinator = this.#combinator(node.callee)
    if (combinator !== null) node.callee = combinator
    const original = node.callee
    const optional = t.isOptionalCallExpression(node) && node.optional
    const name = this.#nameOfOutcome(original)
    const callee = t.isExpression(original) ? this.#callee(original, optional) : original
    node.arguments = node.arguments.map((argument) => this.#module.expressions.child(argument) as t.Expression)
    node.callee = name === null ? callee : this.#checked(callee as t.Expression, name, optional, original)
    return t.isMemberExpression(original) && callee !== original ? this.#superMethodCall(node, original) : node
  }

  /** The callee `Promise.all` and its like: `$r.combinator("all")`, a call that a thread can move in. `null`: it is something else. */
  #combinator(callee: t.Node): t.Expression | null {
    if (!t.isMemberExpression(callee) || callee.computed || !t.isIdentifier(callee.object, { name: 'Promise' }))
      return null
    if (!t.isIdentifier(callee.property) || !COMBINATORS.has(callee.property.name)) return null
    if (this.#module.captures.variables.has(callee.object)) return null
    return at(call(member('$r', 'combinator'), text(callee.property.name)), callee)
  }

  /** Errors name what the source has, not the environment. */
  construct(node: t.NewExpression): t.Expression {
    const name = sourceText(node.callee)
    const captured = this.#module.captures.variables.get(callRootOf(node.callee))?.captured
    this.#module.expressions.children(node)
    if (captured) node.callee = call(this.#module.output.helper('$constructible'), node.callee, text(name))
    return node
  }

  /** A captured function is called without the environment as its `this`. */
  #callee(node: t.Expression, optional = false): t.Expression {
    const known = t.isIdentifier(node) ? this.#module.captures.variables.get(node) : undefined
    const callee = this.#module.expressions.rewrite(node)
    if (!known?.captured || !t.isIdentifier(node)) return callee
    if (known.kind === 'function' && !known.assigned) return at(detached(callee), node)
    return this.#checked(callee, node.name, optional, node)
  }

  #checked(callee: t.Expression, name: string, optional: boolean, origin: t.Node): t.Expression {
    const check = this.#module.output.helper(optional ? '$callableIfAny' : '$callable')
    return at(call(check, callee, text(name)), origin)
  }

  /** What errors call a callee that another call gives, if they would name the environment. */
  #nameOfOutcome(callee: t.Node): string | null {
    if (!t.isCallExpression(callee) || t.isSuper(callee.callee) || t.isImport(callee.callee)) return null
    return this.#module.captures.variables.get(callRootOf(callee))?.captured ? sourceText(callee) : null
  }

  /** Where an arrow captures `this` of a derived constructor, it is known once `super()` has returned. */
  #superCall(node: t.CallExpression): t.Expression {
    this.#module.expressions.children(node)
    const caller = this.#module.captures.keywords.find(([keyword]) => keyword === node.callee)?.[1]
    if (!caller) throw new Error('super() was not analyzed')
    const { variables } = superHolder(caller).scope
    const construct = caller.isArrow ? variables.get('super()') : undefined
    if (construct) node.callee = this.#module.environments.slot(construct)
    const self = variables.get('this')
    return self?.captured ? at(assign(this.#module.environments.slot(self), node), node) : node
  }

  /** `$super(home, key, this)`. */
  superMember(node: t.MemberExpression | t.OptionalMemberExpression): t.Expression {
    return at(call(this.#module.output.helper('$super'), ...this.#superParts(node)), node)
  }

  /** `super.key` as the target of an assignment. */
  superTarget(node: t.MemberExpression): t.Expression {
    const reference = t.newExpression(this.#module.output.helper('$SuperReference'), this.#superParts(node))
    return at(member(at(reference, node), 'value'), node)
  }

  /** `delete super.key`. */
  superDeletion(node: t.UnaryExpression, operand: t.MemberExpression): t.Expression {
    const [, key, self] = this.#superParts(operand)
    return at(call(this.#module.output.helper('$deleteSuper'), self, key), node)
  }

  /** Where the base is looked for, the key, and `this`. */
  #superParts(node: t.MemberExpression | t.OptionalMemberExpression): [t.Expression, t.Expression, t.Expression] {
    const known = this.#module.captures.variables.get(node.object)
    const owner = this.#module.captures.references.get(node.object)?.owner
    if (!known || !owner) throw new Error('super was not analyzed')
    const holder = superHolder(owner).node
    const isStatic = t.isStaticBlock(holder) || ('static' in holder && holder.static === true)
    const home =
      isStatic || t.isObjectMethod(holder)
        ? this.#module.environments.slot(known)
        : member(this.#module.environments.slot(known), 'prototype')
    const key = node.computed
      ? this.#module.expressions.rewrite(node.property as t.Expression)
      : text((node.property as t.Identifier).name)
    return [home, key, this.#receiverOf(node)]
  }

  /** In a resumable function the call stays a call, of a form that the normalization knows. */
  #superMethodCall(node: t.CallExpression | t.OptionalCallExpression, original: t.MemberExpression): t.Expression {
    if (!t.isSuper(original.object) || this.#module.captures.references.get(original.object)?.owner.isResumable)
      return node
    const args = t.arrayExpression(node.arguments as t.Expression[])
    return at(
      call(this.#module.output.helper('$apply'), node.callee as t.Expression, this.#receiverOf(original), args),
      node,
    )
  }

  #receiverOf(node: t.Node): t.Expression {
    return this.#module.access.read(node.extra?.['self'] as t.ThisExpression)
  }
}

/** What a chain of properties and calls starts from. */
const callRootOf = (node: t.Node): t.Node =>
  t.isMemberExpression(node) ? callRootOf(node.object) : t.isCallExpression(node) ? callRootOf(node.callee) : node
