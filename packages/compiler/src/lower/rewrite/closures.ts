import * as t from '@babel/types'
import { assignedByClosure, environmentsOf } from '../names/captures.js'
import type { Owner, Scope } from '../names/scopes.js'
import { compileResumable } from '../resumable.js'
import { at, call, constant, id, member, property, text, type FunctionNode } from '../syntax.js'
import { environmentName } from './environments.js'
import { isComputed, key, methodOf, nameOf, named } from './function-names.js'
import { NOTHING_GIVEN, type Given } from './local-classes.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Lifts functions to the top of the module. One that is evaluated once becomes a constant there, and travels by name; any
 * other is made, each time it is evaluated, by a template from the environments that it needs, and can be made again from
 * the same anywhere.
 */
export class Closures {
  readonly #module: ModuleRewriter
  readonly #selves = new Map<Owner, string>()

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** The expression that makes the function in its place; `name` is what it takes from there if it has none. */
  lift(node: FunctionNode, name: string): t.Expression {
    const owner = this.#module.ownerOf(node)
    if (this.#isEvaluatedOnce(owner)) return this.#hoist(node, owner, name)
    const self = this.#freshSelf(owner)
    const made = this.functionExpression(node, owner, self, name)
    return this.template(node, owner, nameOf(node, name), self, made)
  }

  /** Notes what `owner`'s own code is to call it. */
  nameSelf(owner: Owner, name: string): void {
    this.#selves.set(owner, name)
  }

  /** The name by which a function's own code knows it. */
  selfOf(owner: Owner): t.Expression {
    const self = this.#selves.get(owner)
    if (self === undefined) throw new Error('a function was asked for itself before it was lifted')
    return id(self)
  }

  /** `$rename(target, name)`. */
  renaming(target: t.Expression, name: string): t.Expression {
    return call(this.#module.output.helper('$rename'), target, text(name))
  }

  /** The function by itself, with its name, its code rewritten. */
  functionExpression(node: FunctionNode, owner: Owner, self: string, given: string): t.Expression {
    const name = nameOf(node, given)
    this.#module.bodies.rewrite(node)
    if (owner.isResumable) return this.#resumable(node, owner, self, name)
    if (t.isObjectMethod(node))
      return methodOf(
        t.objectMethod('method', key(name), node.params, blockOf(node), isComputed(name), node.generator),
        name,
      )
    if (t.isFunctionDeclaration(node) || t.isFunctionExpression(node)) {
      return named(at(t.functionExpression(null, node.params, blockOf(node), node.generator), node), name)
    }
    return named(node as t.ArrowFunctionExpression, name)
  }

  /** The expression that makes a closure or class by a template of its own; `made` is what the template gives, after `before`. */
  template(
    node: t.Node,
    owner: Owner,
    name: string,
    self: string,
    made: t.Expression,
    before: t.Statement[] = [],
    given: Given = NOTHING_GIVEN,
  ): t.Expression {
    const template = this.#module.captures.fresh('k')
    const scopes = environmentsOf(owner)
    const parameters = scopes.map((scope) => id(environmentName(scope)))
    const parts = [...parameters, ...given.parameters]
    const record = [id(self), id(template), t.arrayExpression([...parts.map((part) => id(part.name)), ...given.marks])]
    const body = t.blockStatement([
      ...before,
      at(constant(self, made), node),
      t.returnStatement(call(member('$r', 'close'), ...record)),
    ])
    const definition = call(
      member('$i', 'template'),
      text(this.#module.output.idOf(node)),
      text(name),
      t.numericLiteral(node.loc?.start.line ?? 0),
      t.arrayExpression(assignedByClosure(owner, this.#module.captures).map(text)),
      t.arrowFunctionExpression([...parts, ...given.flags], body),
    )
    this.#module.output.definitions.push(constant(template, definition))
    const environments = scopes.map((scope) => this.#environmentFor(owner, scope))
    return at(call(member(template, 'make'), ...environments, ...given.values), node)
  }

  #isEvaluatedOnce(owner: Owner): boolean {
    return owner.parent?.kind === 'program' && !owner.repeated && owner.environments.size === 0
  }

  #hoist(node: FunctionNode, owner: Owner, name: string): t.Expression {
    const self = this.#freshSelf(owner)
    const position = this.#module.output.positionOf(node)
    this.#module.output.definitions.push(at(constant(self, this.functionExpression(node, owner, self, name)), node))
    this.#module.output.names.set(position, id(self))
    return at(id(self), node)
  }

  /**
   * The variable that will hold the function. Its own code calls it so too: a function under a name of its own could get another
   * from the bundler, where a module has something else of that name.
   */
  #freshSelf(owner: Owner): string {
    const self = this.#module.captures.fresh('f')
    this.#selves.set(owner, self)
    for (const variable of owner.scope.variables.values()) {
      if (variable.kind === 'self' && !variable.captured && !owner.isResumable) variable.emitted = self
    }
    return self
  }

  #resumable(node: FunctionNode, owner: Owner, self: string, name: string): t.Expression {
    const { params, body } = compileResumable(node, owner, this.#module.captures, this.#module.output, { self, name })
    const method = methodOf(
      at(t.objectMethod('method', key(name), params as t.FunctionParameter[], body, isComputed(name)), node),
      name,
    )
    return dressed(method, owner)
  }

  /** The initializer of a field has no place for an environment of its own; it holds `this` alone, which never changes. */
  #environmentFor(owner: Owner, scope: Scope): t.Expression {
    const inField =
      (t.isClassProperty(scope.node) || t.isClassPrivateProperty(scope.node)) && owner.parent === scope.owner
    return inField ? t.objectExpression([property('this', t.thisExpression())]) : id(environmentName(scope))
  }
}

/** A compiled function with what tells `async` functions and generator functions from others: their prototypes. */
export function dressed(fn: t.Expression, { isAsync, isGenerator }: Owner): t.Expression {
  const kind = isGenerator ? (isAsync ? 'asyncGeneratorFunction' : 'generatorFunction') : 'asyncFunction'
  return call(member('$r', kind), fn)
}

const blockOf = ({ body }: FunctionNode): t.BlockStatement =>
  t.isBlockStatement(body) ? body : t.blockStatement([t.returnStatement(body)])
