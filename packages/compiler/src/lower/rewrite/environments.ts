import * as t from '@babel/types'
import { parametersMoveToBody } from '../names/captures.js'
import type { Scope, Variable } from '../names/scopes.js'
import { assign, constant, id, member, none, property } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Makes environments: one object per scope entered, one per turn of a loop, with a property for each captured variable.
 */
export class Environments {
  readonly #module: ModuleRewriter
  readonly #argumentNames = new Map<Variable, string>()

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** Makes the scope's environment, if it has one. */
  enter(scope: Scope): t.Statement[] {
    return scope.environment === null ? [] : [constant(scope.environment, this.create(scope))]
  }

  /** A new environment of the scope, as it is when the scope is entered. */
  create(scope: Scope): t.Expression {
    return t.objectExpression(scope.captured().map((item) => property(item.emitted, this.#initialValue(item))))
  }

  /** Each turn of a `for` has variables of its own, which begin with the previous turn's values. */
  copy(scope: Scope): t.Expression | null {
    const { environment } = scope
    if (environment === null || scope.captured().every(({ constant: fixed }) => fixed)) return null
    const values = scope.captured().map(({ emitted }) => property(emitted, member(environment, emitted)))
    return assign(environment, t.objectExpression(values))
  }

  #initialValue(item: Variable): t.Expression {
    switch (item.kind) {
      case 'this':
        return isDerivedConstructor(item.owner.node) ? id('$U') : this.#module.access.ownSpecial(item.owner, 'this')
      case 'arguments':
        return this.#module.access.ownSpecial(item.owner, 'arguments')
      case 'new.target':
        return this.#module.access.ownSpecial(item.owner, 'new.target')
      case 'super()':
        return superCaller()
      case 'self':
        return this.#module.closures.selfOf(item.owner)
      case 'parameter':
        return parametersMoveToBody(item.owner) ? id('$U') : id(this.argumentName(item))
      case 'var':
        return item.startsAs ? this.valueOf(item.startsAs) : none()
      case 'function':
        return none()
      default:
        return id('$U')
    }
  }

  /** Where the variable is, as an expression. */
  valueOf(known: Variable): t.Expression {
    return known.captured ? this.slot(known) : id(known.emitted)
  }

  /** What a captured parameter is called until it is in its environment. */
  argumentName(item: Variable): string {
    let name = this.#argumentNames.get(item)
    if (name === undefined) this.#argumentNames.set(item, (name = this.#module.captures.fresh('a')))
    return name
  }

  /** Its property of its environment. */
  slot(known: Variable): t.MemberExpression {
    return member(environmentName(known.scope), known.emitted)
  }
}

/** Is it a constructor that has no `this` until `super()` has returned? */
export const isDerivedConstructor = (node: t.Node): boolean =>
  t.isClassMethod(node, { kind: 'constructor' }) && node.extra?.['derived'] === true

/** `(...args) => super(...args)`. */
function superCaller(): t.Expression {
  const args = t.identifier('args')
  return t.arrowFunctionExpression([t.restElement(args)], t.callExpression(t.super(), [t.spreadElement(args)]))
}

/** The variable that holds the environment of a scope which has one. */
export function environmentName({ node, environment }: Scope): string {
  if (environment === null) throw new Error(`the scope of ${node.type} has no environment`)
  return environment
}
