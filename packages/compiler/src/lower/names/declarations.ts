import * as t from '@babel/types'
import { Variable, type Scope, type VariableKind } from './scopes.js'

/**
 * Declares variables in their scopes: those of a block when it is entered, and the `var`s of a function, wherever they stand.
 */
export class Declarations {
  /** The variable that an identifier declares. */
  readonly #variables: Map<t.Node, Variable>

  constructor(variables: Map<t.Node, Variable>) {
    this.#variables = variables
  }

  /** Declares what the statements of a block declare for that block: `let`, `const`, classes, functions, imports. */
  lexical(statements: readonly t.Node[], scope: Scope): void {
    for (const statement of statements) {
      const node =
        t.isExportNamedDeclaration(statement) || t.isExportDefaultDeclaration(statement)
          ? statement.declaration
          : statement
      if (t.isVariableDeclaration(node) && node.kind !== 'var') {
        const kind = node.kind === 'let' ? 'let' : 'const'
        for (const declarator of node.declarations) this.pattern(declarator.id, kind, scope, declarator)
      } else if (t.isClassDeclaration(node) && node.id) this.declare(scope, 'class', node.id, node, 0)
      else if (t.isFunctionDeclaration(node) && node.id) this.declare(scope, 'function', node.id, node, 0)
      else if (t.isImportDeclaration(node)) {
        for (const { local } of node.specifiers) this.declare(scope, 'import', local, node, 0)
      }
    }
  }

  /** Declares the `var`s of these statements and of what they contain, functions and classes excepted. */
  vars(nodes: readonly t.Node[], scope: Scope): void {
    for (const node of nodes) {
      if (t.isFunction(node) || t.isClass(node) || t.isExpression(node)) continue
      if (t.isVariableDeclaration(node) && node.kind === 'var') {
        for (const declarator of node.declarations) this.pattern(declarator.id, 'var', scope, declarator)
      }
      for (const key of t.VISITOR_KEYS[node.type] ?? []) {
        const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
        if (Array.isArray(child))
          this.vars(
            child.filter((item): item is t.Node => item !== null),
            scope,
          )
        else if (child) this.vars([child], scope)
      }
    }
  }

  /** Declares every identifier of a pattern, which belongs to `declarator`. */
  pattern(node: t.Node, kind: VariableKind, scope: Scope, declarator: t.Node, elementEnd = 0): void {
    switch (node.type) {
      case 'Identifier':
        return this.declare(scope, kind, node, declarator, elementEnd || (node.end ?? 0))
      case 'ObjectPattern':
        for (const property of node.properties) {
          this.pattern(t.isRestElement(property) ? property : property.value, kind, scope, declarator)
        }
        return
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.pattern(element, kind, scope, declarator)
        return
      case 'AssignmentPattern':
        return this.pattern(node.left, kind, scope, declarator, node.end ?? 0)
      case 'RestElement':
        return this.pattern(node.argument, kind, scope, declarator)
      default:
        throw new Error(`a declaration can't contain ${node.type}`)
    }
  }

  /** A `var` that repeats a parameter, a function or another `var` is the same variable. */
  declare(scope: Scope, kind: VariableKind, identifier: t.Identifier, declarator: t.Node, elementEnd: number): void {
    const known = scope.variables.get(identifier.name)
    const keeps = known && (kind === 'var' || kind === 'function') && known.kind !== 'self'
    const variable = keeps ? known : new Variable(identifier.name, kind, scope, { identifier, declarator, elementEnd })
    if (!keeps) scope.variables.set(identifier.name, variable)
    if (kind !== 'class-self') this.#variables.set(identifier, variable)
  }
}
