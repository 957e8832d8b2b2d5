import * as t from '@babel/types'
import { parametersMoveToBody } from '../names/captures.js'
import type { Scope } from '../names/scopes.js'
import { startOfGenerator } from '../steps/yields.js'
import { at, call, id, none, run, same, text, type FunctionNode } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites a function's parameters and body.
 */
export class FunctionBodies {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** Rewrites a function's parameters and body in place. Its body becomes a block. */
  rewrite(node: FunctionNode): void {
    const owner = this.#module.ownerOf(node)
    const bodyStatements = t.isBlockStatement(node.body)
      ? node.body.body
      : [at(t.returnStatement(node.body), node.body)]
    const { scope } = owner
    const entry = this.#module.environments.enter(scope)
    const parameters = parametersMoveToBody(owner) ? this.#takeApart(node) : []
    if (parameters.length === 0) node.params = node.params.map((item) => this.#parameter(item))
    // A body that is an expression may have a scope, too: its own, if it is a function or a class.
    const inner = t.isBlockStatement(node.body) ? this.#module.captures.scopes.get(node.body) : undefined
    const variables = inner ? [...this.#module.environments.enter(inner), ...this.#startingAsParameters(inner)] : []
    const hoisted = this.#module.statements.hoisted(bodyStatements)
    const statements = bodyStatements.flatMap((statement) => this.#module.statements.rewrite(statement))
    const directives = t.isBlockStatement(node.body) ? node.body.directives : []
    const start = owner.isGenerator ? [startOfGenerator()] : []
    const head = [...entry, ...parameters, ...variables, ...hoisted]
    const block = t.blockStatement([...head, ...start, ...statements], directives)
    node.body = at(block, t.isBlockStatement(node.body) ? node.body : null)
  }

  #startingAsParameters(scope: Scope): t.Statement[] {
    return [...scope.variables.values()].flatMap((item) => {
      if (!item.startsAs || item.captured) return []
      const declarator = t.variableDeclarator(id(item.emitted), this.#module.environments.valueOf(item.startsAs))
      return [t.variableDeclaration('var', [declarator])]
    })
  }

  #parameter(node: FunctionNode['params'][number]): t.Identifier | t.RestElement | t.Pattern {
    const inner = t.isRestElement(node) ? node.argument : node
    const known = t.isIdentifier(inner) ? this.#module.variable(inner) : null
    if (!known?.captured) return this.#module.expressions.pattern(node) as t.Identifier
    const argument = at(id(this.#module.environments.argumentName(known)), inner)
    return t.isRestElement(node) ? t.restElement(argument) : argument
  }

  /** Puts placeholders for parameters, keeping the function's `length`, and gives the statements that fill the names. */
  #takeApart(node: FunctionNode): t.Statement[] {
    const statements: t.Statement[] = []
    node.params = node.params.map((parameter) => {
      if (t.isIdentifier(parameter) && !this.#module.variable(parameter).captured)
        return this.#module.expressions.pattern(parameter) as t.Identifier
      const name = this.#module.captures.fresh('a')
      const argument = id(name)
      if (t.isRestElement(parameter)) {
        statements.push(...this.#bind(parameter.argument as t.Identifier, argument))
        return t.restElement(id(name))
      }
      if (!t.isAssignmentPattern(parameter)) {
        if (t.isObjectPattern(parameter)) statements.push(...this.#check(parameter, argument))
        statements.push(...this.#bind(parameter as t.Identifier, argument))
        return id(name)
      }
      const value = t.conditionalExpression(same(argument, none()), parameter.right, id(name))
      if (t.isIdentifier(parameter.left)) value.consequent = this.#asNamed(parameter.right, parameter.left.name)
      statements.push(...this.#bind(parameter.left as t.Identifier, value))
      return t.assignmentPattern(id(name), none())
    })
    return statements
  }

  /** Where nothing is given to be taken apart, and V8's message would name our placeholder. */
  #check({ properties: [first] }: t.ObjectPattern, argument: t.Identifier): t.Statement[] {
    const named = t.isObjectProperty(first) && !first.computed
    if (named && (!t.isIdentifier(first.key) || t.isAssignmentPattern(first.value))) return []
    const property = named && t.isIdentifier(first.key) ? [text(first.key.name)] : []
    return [run(call(this.#module.output.helper('$object'), argument, text(''), ...property))]
  }

  /** Marks an anonymous function that would take its name from the parameter it is the default of. */
  #asNamed(node: t.Expression, name: string): t.Expression {
    if (isAnonymousDefinition(node)) node.extra = { ...node.extra, givenName: name }
    return node
  }

  #bind(target: t.Identifier | t.ArrayPattern | t.ObjectPattern, value: t.Expression): t.Statement[] {
    return this.#module.statements.declaration(t.variableDeclaration('let', [t.variableDeclarator(target, value)]))
  }
}

const isAnonymousDefinition = (node: t.Expression): boolean =>
  t.isArrowFunctionExpression(node) || ((t.isFunctionExpression(node) || t.isClassExpression(node)) && !node.id)
