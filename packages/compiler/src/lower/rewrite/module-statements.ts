import * as t from '@babel/types'
import { at, constant, id, isFunctionNode } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites the module's own statements, whose functions are constants, whose classes stay in place, and some of which are
 * exported.
 */
export class ModuleStatements {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** A statement of the module's top level. */
  rewrite(node: t.Statement): t.Statement[] {
    return this.#special(node) ?? this.#module.statements.rewrite(node)
  }

  /** Module-level statements that are more than their rewritten selves; `null` for the others. */
  #special(node: t.Statement): t.Statement[] | null {
    if (t.isFunctionDeclaration(node) && isResumable(node)) return this.#resumableDeclaration(node)
    if (t.isVariableDeclaration(node)) return this.#moduleVariables(node)
    if (t.isExportNamedDeclaration(node) && node.declaration) {
      const { declaration } = node
      const rewritten = this.rewrite(declaration)
      const last = rewritten.at(-1)
      if (t.isVariableDeclaration(declaration))
        return rewritten.map((item) => ({ ...node, declaration: item as t.Declaration }))
      if (!t.isFunctionDeclaration(declaration) || !isResumable(declaration) || !declaration.id) {
        return [...rewritten.slice(0, -1), { ...node, declaration: last as t.Declaration }]
      }
      const { name } = declaration.id
      return [...rewritten, t.exportNamedDeclaration(null, [t.exportSpecifier(id(name), id(name))])]
    }
    return t.isExportDefaultDeclaration(node) ? this.#exportDefault(node) : null
  }

  /** A function that exists before the module's statements run. */
  #resumableDeclaration(node: t.FunctionDeclaration): t.Statement[] {
    if (!node.id) throw new Error('a function declaration has a name')
    const { name } = node.id
    const owner = this.#module.ownerOf(node)
    this.#module.closures.nameSelf(owner, name)
    this.#module.output.definitions.push(
      at(constant(name, this.#module.closures.functionExpression(node, owner, name, name)), node),
    )
    return []
  }

  #moduleVariables(node: t.VariableDeclaration): t.Statement[] {
    for (const declarator of node.declarations) {
      const { id: target, init } = declarator
      const hasOwnName = t.isFunctionExpression(init) && init.id
      const direct = node.kind === 'const' && t.isIdentifier(target) && init && isFunctionNode(init) && !hasOwnName
      if (!direct) continue
      const owner = this.#module.ownerOf(init)
      this.#module.closures.nameSelf(owner, target.name)
      declarator.init = this.#module.closures.functionExpression(init, owner, target.name, target.name)
      declarator.extra = { rewritten: true }
    }
    const rest = node.declarations.filter(({ extra }) => extra?.['rewritten'] !== true)
    if (rest.length === node.declarations.length) return this.#module.statements.rewrite(node)
    return node.declarations.flatMap((declarator) => {
      const single = at(t.variableDeclaration(node.kind, [declarator]), node)
      return rest.includes(declarator) ? this.#module.statements.rewrite(single) : [single]
    })
  }

  #exportDefault(node: t.ExportDefaultDeclaration): t.Statement[] {
    const { declaration } = node
    if (t.isFunctionDeclaration(declaration) && declaration.id && isResumable(declaration)) {
      const { name } = declaration.id
      return [...this.#resumableDeclaration(declaration), exportAsDefault(name)]
    }
    if ((t.isFunctionDeclaration(declaration) || t.isClassDeclaration(declaration)) && declaration.id) {
      const rewritten = this.#module.statements.rewrite(declaration)
      const last = rewritten.at(-1)
      if (t.isVariableDeclaration(last)) return [...rewritten, exportAsDefault(declaration.id.name)]
      return [...rewritten.slice(0, -1), { ...node, declaration: last as t.ClassDeclaration }]
    }
    const name = this.#module.captures.fresh('default')
    this.#module.output.names.set('default', id(name))
    if (t.isFunctionDeclaration(declaration)) {
      const owner = this.#module.ownerOf(declaration)
      this.#module.closures.nameSelf(owner, name)
      this.#module.output.definitions.push(
        constant(name, this.#module.closures.functionExpression(declaration, owner, name, 'default')),
      )
      return [exportAsDefault(name)]
    }
    const value = t.isClassDeclaration(declaration)
      ? this.#module.classes.expression(t.toExpression(declaration), 'default')
      : this.#module.expressions.rewrite(declaration as t.Expression, 'default')
    return [at(constant(name, value), node), exportAsDefault(name)]
  }
}

const isResumable = (node: t.FunctionDeclaration): boolean => node.async || node.generator

const exportAsDefault = (name: string): t.ExportNamedDeclaration =>
  t.exportNamedDeclaration(null, [t.exportSpecifier(id(name), id('default'))])
