import * as t from '@babel/types'
import { superHolder } from '../names/scopes.js'
import { refuse } from '../refusals.js'
import { sourceText } from '../source-text.js'
import { assign, at, call, detached, member, text } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

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
    const original = node.callee
    const optional = t.isOptionalCallExpression(node) && node.optional
    const callee = t.isExpression(original) ? this.#callee(original, optional) : original
    node.arguments = node.arguments.map((argument) => this.#module.expressions.child(argument) as t.Expression)
    node.callee = callee
    return t.isMemberExpression(original) && callee !== original ? this.#superMethodCall(node, original) : node
  }

  /** Errors name what the source has, not the environment. */
  construct(node: t.NewExpression): t.Expression {
    const name = sourceText(node.callee)
    const captured = this.#module.captures.variables.get(rootOf(node.callee))?.captured
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
    const check = this.#module.output.helper(optional ? '$callableIfAny' : '$callable')
    return at(call(check, callee, text(node.name)), node)
  }

  /** Where an arrow captures `this` of a derived constructor, it is known once `super()` has returned. */
  #superCall(node: t.CallExpression): t.Expression {
    this.#module.expressions.children(node)
    const constructorOwner = this.#module.captures.keywords.find(([keyword]) => keyword === node.callee)?.[1]
    if (!constructorOwner) throw new Error('super() was not analyzed')
    if (constructorOwner.isArrow)
      refuse(
        this.#module.output.path,
        node,
        'super() is called in an arrow function',
        'call it in the constructor itself',
      )
    const self = constructorOwner.scope.variables.get('this')
    return self?.captured ? assign(this.#module.environments.slot(self), node) : node
  }

  /** `$super(home, key, this)`. */
  superMember(node: t.MemberExpression | t.OptionalMemberExpression): t.Expression {
    const known = this.#module.captures.variables.get(node.object)
    const owner = this.#module.captures.references.get(node.object)?.owner
    if (!known || !owner) throw new Error('super was not analyzed')
    const holder = superHolder(owner).node
    const isStatic = t.isStaticBlock(holder) || ('static' in holder && holder.static === true)
    const home = isStatic
      ? this.#module.environments.slot(known)
      : member(this.#module.environments.slot(known), 'prototype')
    const key = node.computed
      ? this.#module.expressions.rewrite(node.property as t.Expression)
      : text((node.property as t.Identifier).name)
    return at(call(this.#module.output.helper('$super'), home, key, this.#receiverOf(node)), node)
  }

  /** In a resumable function the call stays a call, of a form that the normalization knows. */
  #superMethodCall(node: t.CallExpression | t.OptionalCallExpression, original: t.MemberExpression): t.Expression {
    if (!t.isSuper(original.object) || this.#module.captures.references.get(original.object)?.owner.isAsync) return node
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

/** What a chain of properties starts from. */
const rootOf = (node: t.Node): t.Node => (t.isMemberExpression(node) ? rootOf(node.object) : node)
