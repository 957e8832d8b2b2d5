import * as t from '@babel/types'
import type { ModuleOutput } from './output.js'
import { assign, at, call, id, none, run, text, variable } from './syntax.js'

/** How a module is evaluated that awaits at its top level, or imports one that does. */
export interface DeferredEvaluation {
  /** What the module is called among those that are evaluated so. */
  readonly name: string
  /** Those that it waits for. */
  readonly dependencies: readonly string[]
  /** Does it await itself? */
  readonly awaits: boolean
}

/**
 * Takes a module's statements apart: what exists before the module is evaluated (imports, exports, functions, variables) stays, the rest goes into a
 * function that is called when the modules that it imports have been evaluated.
 *
 *     let x                                     // was const x = await y, now without a dead zone as in every bundle
 *     $module('a.js', ['b.js'], true, async () => { x = await y })
 */
export function deferEvaluation(
  statements: readonly t.Statement[],
  { name, dependencies, awaits }: DeferredEvaluation,
  output: ModuleOutput,
): t.Statement[] {
  const parts = new ModuleParts(statements)
  const body = t.arrowFunctionExpression([], t.blockStatement(parts.evaluated), awaits)
  const names = t.arrayExpression(dependencies.map((dependency) => text(dependency)))
  return [...parts.declared, run(call(output.helper('$module'), text(name), names, t.booleanLiteral(awaits), body))]
}

class ModuleParts {
  readonly #variables = new Set<string>()
  readonly #others: t.Statement[] = []
  readonly evaluated: t.Statement[] = []
  readonly #taken = new Set<string>()

  constructor(statements: readonly t.Statement[]) {
    for (const statement of statements)
      t.traverseFast(statement, (node) => {
        if (t.isIdentifier(node)) this.#taken.add(node.name)
      })
    for (const statement of statements) this.#add(statement)
  }

  /** What is there from the beginning. */
  get declared(): t.Statement[] {
    return [...[...this.#variables].map((name) => variable(name)), ...this.#others]
  }

  #add(node: t.Statement): void {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'FunctionDeclaration':
        this.#others.push(node)
        return
      case 'ExportNamedDeclaration':
        this.#exported(node)
        return
      case 'ExportDefaultDeclaration':
        this.#default(node)
        return
      case 'ClassDeclaration':
        this.#class(node)
        return
      default:
        this.evaluated.push(...this.#inner(node))
    }
  }

  #exported(node: t.ExportNamedDeclaration): void {
    const { declaration } = node
    if (!declaration) {
      this.#others.push(node)
      return
    }
    const names = Object.keys(t.getBindingIdentifiers(declaration, false, true))
    const specifiers = names.map((name) => t.exportSpecifier(id(name), id(name)))
    this.#others.push(t.exportNamedDeclaration(null, specifiers))
    this.#add(declaration)
  }

  #default(node: t.ExportDefaultDeclaration): void {
    const { declaration } = node
    if (t.isFunctionDeclaration(declaration)) {
      this.#others.push(node)
      return
    }
    const name = (t.isClassDeclaration(declaration) && declaration.id?.name) || this.#fresh('$default')
    this.#others.push(t.exportNamedDeclaration(null, [t.exportSpecifier(id(name), id('default'))]))
    if (t.isClassDeclaration(declaration) && declaration.id) {
      this.#class(declaration)
      return
    }
    // The literal gives an anonymous function or class its name, which is "default".
    const value = t.isClassDeclaration(declaration) ? t.toExpression(declaration) : (declaration as t.Expression)
    const named = t.memberExpression(t.objectExpression([t.objectProperty(id('default'), value)]), id('default'))
    this.#variables.add(name)
    this.evaluated.push(at(run(assign(name, named)), node))
  }

  #class(node: t.ClassDeclaration): void {
    if (!node.id) throw new Error('a class declaration has a name')
    const { name } = node.id
    this.#variables.add(name)
    this.evaluated.push(at(run(assign(name, t.toExpression(node))), node))
  }

  /** A statement in the function: variables of the module's become assignments. */
  #inner(node: t.Statement): t.Statement[] {
    if (!t.isVariableDeclaration(node)) {
      this.#hoistVars(node)
      return [node]
    }
    if (node.kind === 'using' || node.kind === 'await using') return [this.#using(node)]
    return this.#assignments(node).map((item) => at(run(item), item))
  }

  /** The resource is held by the function, and has its name in the module. */
  #using(node: t.VariableDeclaration): t.Statement {
    for (const declarator of node.declarations) {
      const { name } = declarator.id as t.Identifier
      this.#variables.add(name)
      declarator.id = id(this.#fresh('$using'))
      declarator.init = assign(name, declarator.init ?? none())
    }
    return node
  }

  #assignments(node: t.VariableDeclaration): t.Expression[] {
    for (const name of Object.keys(t.getBindingIdentifiers(node))) this.#variables.add(name)
    return node.declarations.flatMap((declarator) => {
      const { id: target, init } = declarator
      if (!init && node.kind === 'var') return []
      return [at(assign(target as t.LVal, init ?? none()), declarator)]
    })
  }

  /** `var`s of blocks and loops are the module's, too. */
  #hoistVars(node: t.Node): void {
    if (t.isFunction(node) || t.isClass(node)) return
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const holder = node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>
      const child = holder[key]
      if (Array.isArray(child)) holder[key] = child.map((item) => item && this.#withoutVars(item, key))
      else if (child) holder[key] = this.#withoutVars(child, key)
    }
  }

  #withoutVars(node: t.Node, key: string): t.Node {
    this.#hoistVars(node)
    if (!t.isVariableDeclaration(node, { kind: 'var' })) return node
    const [declarator] = node.declarations
    if (key === 'left' && declarator) {
      this.#assignments(node)
      return declarator.id
    }
    const assignments = this.#assignments(node)
    const [first = none()] = assignments
    const value = assignments.length > 1 ? t.sequenceExpression(assignments) : first
    return key === 'init' ? value : at(run(value), node)
  }

  #fresh(wanted: string): string {
    let name = wanted
    for (let n = 1; this.#taken.has(name); n++) name = `${wanted}${n}`
    this.#taken.add(name)
    return name
  }
}
