import * as t from '@babel/types'
import type { Owner } from '../names/scopes.js'
import { at, call, property, text } from '../syntax.js'
import { keyName, takesName } from './function-names.js'
import type { ModuleRewriter } from './rewriter.js'

type Member = t.ObjectExpression['properties'][number]

/**
 * Rewrites object literals: their methods are functions like others, put under their keys. Accessors that are taken out of the literal, and methods
 * that use `super`, are added to the object one by one.
 */
export class ObjectLiterals {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** An object literal. */
  rewrite(node: t.ObjectExpression): t.Expression {
    let object: t.Expression | null = null
    let members: Member[] = []
    const soFar = (): t.Expression => {
      const literal = at(t.objectExpression(members), node)
      members = []
      if (object === null) return literal
      return literal.properties.length === 0 ? object : call(this.#module.output.helper('$join'), object, literal)
    }
    for (const item of node.properties) {
      if (!t.isSpreadElement(item) && item.computed)
        item.key = this.#module.expressions.rewrite(item.key as t.Expression)
      if (t.isObjectMethod(item) && this.#isAdded(item)) object = this.#added(item, soFar())
      else members.push(this.#member(item))
    }
    return soFar()
  }

  #member(item: Member): Member {
    if (t.isObjectMethod(item)) return this.#method(item)
    if (t.isObjectProperty(item)) return this.#property(item)
    item.argument = this.#module.expressions.rewrite(item.argument)
    return item
  }

  #property(node: t.ObjectProperty): t.ObjectProperty | t.SpreadElement {
    const value = node.value as t.Expression
    if (node.computed && takesName(value) && this.#module.captures.owners.has(value)) {
      return this.#keyed(node.key as t.Expression, this.#module.expressions.rewrite(value))
    }
    // `__proto__: value` sets the prototype, and names nothing; `{ __proto__ }` is a property like others.
    const isPrototype = !node.computed && keyName(node.key) === '__proto__'
    node.value = this.#module.expressions.rewrite(value, node.computed || isPrototype ? '' : keyName(node.key))
    if (node.shorthand && isPrototype) return at(property('__proto__', node.value), node)
    node.shorthand = false
    return node
  }

  #method(node: t.ObjectMethod): Member {
    if (this.#staysInPlace(node)) {
      this.#module.bodies.rewrite(node)
      return node
    }
    if (node.computed) return this.#keyed(node.key, this.#module.closures.lift(node, ''))
    const name = keyName(node.key)
    return at(property(name, this.#module.closures.lift(node, name)), node)
  }

  /** An accessor, or a method that uses `super`, where the literal is evaluated once and nothing of it is captured. */
  #staysInPlace(node: t.ObjectMethod): boolean {
    const owner = this.#module.ownerOf(node)
    if (owner.parent?.kind !== 'program' || owner.repeated || owner.environments.size > 0) return false
    return node.kind !== 'method' || this.#usesSuper(owner)
  }

  #isAdded(node: t.ObjectMethod): boolean {
    return !this.#staysInPlace(node) && (node.kind !== 'method' || this.#homeOf(node) !== null)
  }

  /** `$accessor(object, key, kind, closure)`, or `$homed(object, key, kind, template, environments, index)`. */
  #added(node: t.ObjectMethod, object: t.Expression): t.Expression {
    const { closures, output } = this.#module
    const { kind, computed } = node
    const home = this.#homeOf(node)
    const own = computed ? '' : keyName(node.key)
    const key = computed ? node.key : text(own)
    node.kind = 'method'
    const closure = closures.lift(node, kind === 'method' ? own : `${kind} ${own}`)
    if (home === null) return at(call(output.helper('$accessor'), object, key, text(kind), closure), node)
    const { callee, arguments: environments } = closure as t.CallExpression
    const index = environments.findIndex((item) => t.isIdentifier(item, { name: home }))
    environments[index] = t.nullLiteral()
    const parts = [(callee as t.MemberExpression).object, t.arrayExpression(environments as t.Expression[])]
    return at(call(output.helper('$homed'), object, key, text(kind), ...parts, t.numericLiteral(index)), node)
  }

  /** The environment that holds the object for code which looks for the base of it; `null` if the method has no such code. */
  #homeOf(node: t.ObjectMethod): string | null {
    const { environments, definedIn } = this.#module.ownerOf(node)
    return definedIn && t.isObjectExpression(definedIn.node) && environments.has(definedIn)
      ? definedIn.environment
      : null
  }

  #keyed(name: t.Expression, closure: t.Expression): t.SpreadElement {
    return t.spreadElement(call(this.#module.output.helper('$keyed'), name, closure))
  }

  #usesSuper(owner: Owner): boolean {
    return this.#module.captures.keywords.some(([node, user]) => t.isSuper(node) && user === owner)
  }
}
