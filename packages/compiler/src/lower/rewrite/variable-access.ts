import * as t from '@babel/types'
import type { Owner, Variable } from '../names/scopes.js'
import { at, call, id, member, none, text } from '../syntax.js'
import { environmentName, isDerivedConstructor } from './environments.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Reads and assigns variables where they are: in a local, or in an environment. Those that may still be in their dead zone,
 * and constants that are assigned, are given the check that makes them fail as they should.
 */
export class VariableAccess {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** A variable's value; `reference` is the node that the analysis knows. */
  read(node: t.Identifier | t.ThisExpression | t.MetaProperty, reference: t.Node = node): t.Expression {
    const known = this.#module.captures.variables.get(reference)
    if (!known) return this.#undefinedThis(node)
    if (known.identifier === null) return this.#special(known, reference, node)
    if (known.scope.isProgram) return node
    if (!known.captured) return this.#renamed(node as t.Identifier, known)
    const value = at(this.#module.environments.slot(known), node)
    if (!this.#module.captures.checked.has(reference)) return value
    return at(call(this.#module.output.helper('$initialized'), value, text(known.name)), node)
  }

  /** A variable as the target of an assignment. */
  target(node: t.Identifier): t.Expression {
    const known = this.#module.captures.variables.get(node)
    if (!known || known.scope.isProgram) return node
    const written = this.#module.captures.references.get(node)
    if (written && known.constant) {
      return at(
        member(call(this.#module.output.helper('$constant'), this.read(t.cloneNode(node), node)), 'value'),
        node,
      )
    }
    if (this.#module.captures.checked.has(node)) {
      const environment = id(environmentName(known.scope))
      const guarded = call(this.#module.output.helper('$guarded'), environment, text(known.emitted), text(known.name))
      return at(member(guarded, 'value'), node)
    }
    return known.captured ? at(this.#module.environments.slot(known), node) : this.#renamed(node, known)
  }

  /** `this` and its like in the function that has them. A resumable function keeps them in locals. */
  ownSpecial(owner: Owner, kind: 'this' | 'arguments' | 'new.target', origin?: t.Expression): t.Expression {
    if (owner.isResumable)
      return kind === 'new.target' ? none() : at(id(kind === 'this' ? '$this' : '$arguments'), origin)
    if (kind === 'this') return at(t.thisExpression(), origin)
    return at(kind === 'arguments' ? id('arguments') : t.metaProperty(id('new'), id('target')), origin)
  }

  #special(known: Variable, reference: t.Node, node: t.Expression): t.Expression {
    const user = this.#module.captures.references.get(reference)?.owner
    if (user === known.owner)
      return this.ownSpecial(known.owner, known.kind as 'this' | 'arguments' | 'new.target', node)
    const value = at(this.#module.environments.slot(known), node)
    if (!isDerivedConstructor(known.owner.node)) return value
    return call(this.#module.output.helper('$initialized'), value, text('this'))
  }

  /** `this` of a module is undefined. */
  #undefinedThis(node: t.Identifier | t.ThisExpression | t.MetaProperty): t.Expression {
    return t.isThisExpression(node) ? at(none(), node) : node
  }

  #renamed(node: t.Identifier, known: Variable): t.Identifier {
    return node.name === known.emitted ? node : at(id(known.emitted), node)
  }
}
