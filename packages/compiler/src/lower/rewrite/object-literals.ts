import * as t from '@babel/types'
import type { Owner } from '../names/scopes.js'
import { refuse } from '../refusals.js'
import { at, call, none, property, text } from '../syntax.js'
import { keyName, takesName } from './function-names.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites object literals: their methods are functions like others, put under their keys.
 */
export class ObjectLiterals {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** An object literal: its methods are functions like others, put under their keys. */
  rewrite(node: t.ObjectExpression): t.Expression {
    const accessors: AccessorPair[] = []
    node.properties = node.properties
      .map((item) => {
        if (t.isSpreadElement(item)) {
          item.argument = this.#module.expressions.rewrite(item.argument)
          return item
        }
        if (item.computed) item.key = this.#module.expressions.rewrite(item.key as t.Expression)
        return t.isObjectMethod(item) ? this.#method(item, accessors) : this.#property(item)
      })
      .filter((item) => item !== null)
    return accessors.reduce<t.Expression>(
      (object, pair) => call(this.#module.output.helper('$accessor'), object, text(pair.name), pair.get, pair.set),
      node,
    )
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

  #method(node: t.ObjectMethod, accessors: AccessorPair[]): t.ObjectExpression['properties'][number] | null {
    const owner = this.#module.ownerOf(node)
    const inPlace = owner.parent?.kind === 'program' && !owner.repeated && owner.environments.size === 0
    if (inPlace && (node.kind !== 'method' || this.#usesSuper(owner))) {
      this.#module.bodies.rewrite(node)
      return node
    }
    if (node.kind !== 'method') return this.#accessor(node, accessors)
    if (node.computed) return this.#keyed(node.key, this.#module.closures.lift(node, ''))
    const name = keyName(node.key)
    return at(property(name, this.#module.closures.lift(node, name)), node)
  }

  #keyed(name: t.Expression, closure: t.Expression): t.SpreadElement {
    return t.spreadElement(call(this.#module.output.helper('$keyed'), name, closure))
  }

  #accessor(node: t.ObjectMethod, accessors: AccessorPair[]): t.ObjectProperty | null {
    const { path } = this.#module.output
    if (node.computed) refuse(path, node, 'an accessor in a function has a computed name', 'use Object.defineProperty')
    const { kind } = node
    const name = keyName(node.key)
    node.kind = 'method'
    const closure = this.#module.closures.lift(node, `${kind} ${name}`)
    let pair = accessors.find((known) => known.name === name)
    const isNew = pair === undefined
    if (!pair) accessors.push((pair = { name, get: none(), set: none() }))
    pair[kind === 'get' ? 'get' : 'set'] = closure
    return isNew ? property(name, none()) : null
  }

  #usesSuper(owner: Owner): boolean {
    return this.#module.captures.keywords.some(([node, user]) => t.isSuper(node) && user === owner)
  }
}

interface AccessorPair {
  readonly name: string
  get: t.Expression
  set: t.Expression
}
