import * as t from '@babel/types'
import type { Scope } from '../names/scopes.js'
import { assign, at, id, none, run, variable } from '../syntax.js'
import { nameFor } from './function-names.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites statements. Declarations of captured variables become assignments to their environments, and function
 * declarations move to the beginning of their scope.
 */
export class Statements {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** One statement; `labels` are those that stand before it, outermost first. */
  rewrite(node: ListNode, labels: readonly string[] = []): t.Statement[] {
    switch (node.type) {
      case 'VariableDeclaration':
        return this.declaration(node)
      case 'FunctionDeclaration':
        return this.#module.captures.scopes.get(node)?.parent?.isProgram ? [this.#plainFunction(node)] : []
      case 'ClassDeclaration':
        return this.#classDeclaration(node)
      case 'BlockStatement':
        return [this.labelled(at(t.blockStatement(this.#list(node.body, this.#module.scopeOf(node))), node), labels)]
      case 'ForStatement':
        return this.#module.loops.for(node, labels)
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#module.loops.forEach(node, labels)
      case 'SwitchStatement':
        return this.#switch(node, labels)
      case 'LabeledStatement':
        return this.rewrite(node.body, [...labels, node.label.name])
      case 'TryStatement':
        if (node.handler) this.#catch(node.handler)
        node.block = this.body(node.block)
        if (node.finalizer) node.finalizer = this.body(node.finalizer)
        return [this.labelled(node, labels)]
      default:
        this.#module.expressions.children(node)
        return [this.labelled(node, labels)]
    }
  }

  /** The statements of a block or static block, rewritten. */
  blockStatements(node: t.Node, statements: readonly t.Statement[]): t.Statement[] {
    return this.#list(statements, this.#module.scopeOf(node))
  }

  /** What a statement controls, as a block. */
  body(node: t.Statement): t.BlockStatement {
    const statements = this.rewrite(node)
    const [only] = statements
    return only && statements.length === 1 && t.isBlockStatement(only) ? only : at(t.blockStatement(statements), node)
  }

  /** A statement where only one may stand. */
  single(node: t.Statement): t.Statement {
    const statements = this.rewrite(node)
    const [only] = statements
    return only && statements.length === 1 && !t.isDeclaration(only) ? only : t.blockStatement(statements)
  }

  /** `node` under the labels that stand before it, outermost first. */
  labelled(node: t.Statement | t.ModuleDeclaration, labels: readonly string[]): t.Statement {
    const statement = node
    return labels.reduceRight<t.Statement>((body, label) => at(t.labeledStatement(id(label), body), node), statement)
  }

  /** The statements of a scope, after what entering it takes. */
  #list(statements: readonly t.Statement[], scope: Scope): t.Statement[] {
    return [
      ...this.#module.environments.enter(scope),
      ...this.hoisted(statements),
      ...statements.flatMap((node) => this.rewrite(node)),
    ]
  }

  /** Function declarations exist from the scope's beginning. */
  hoisted(statements: readonly t.Statement[]): t.Statement[] {
    return statements.flatMap((node): t.Statement[] => {
      if (!t.isFunctionDeclaration(node) || !node.id) return []
      const known = this.#module.variable(node.id)
      const closure = this.#module.closures.lift(node, node.id.name)
      if (known.captured) return [run(assign(this.#module.environments.slot(known), closure))]
      if (known.kind === 'parameter' || known.kind === 'var') return [run(assign(known.emitted, closure))]
      return [at(variable(known.emitted, closure), node)]
    })
  }

  #plainFunction(node: t.FunctionDeclaration): t.FunctionDeclaration {
    if (node.id)
      this.#module.output.definitions.push(run(this.#module.closures.renaming(id(node.id.name), node.id.name)))
    this.#module.bodies.rewrite(node)
    return node
  }

  #classDeclaration(node: t.ClassDeclaration): t.Statement[] {
    if (!node.id || this.#module.captures.scopes.get(node)?.parent?.isProgram) {
      const { before, value } = this.#module.classes.inModule(node, node.id?.name ?? '')
      return [...before, value && node.id ? at(variable(node.id.name, value), node) : node]
    }
    const known = this.#module.variable(node.id)
    const made = this.#module.classes.lift(node, node.id.name)
    return [
      known.captured
        ? run(assign(this.#module.environments.slot(known), made))
        : at(variable(known.emitted, made), node),
    ]
  }

  /** A declaration of variables: those that are captured are assigned, the others declared. */
  declaration(node: t.VariableDeclaration): t.Statement[] {
    const statements: t.Statement[] = []
    for (const { id: target, init, loc } of node.declarations) {
      const names = Object.values(t.getBindingIdentifiers(target)).map((identifier) =>
        this.#module.variable(identifier),
      )
      const value = init ? this.#module.expressions.rewrite(init, nameFor(target)) : null
      const pattern = this.#module.expressions.pattern(target)
      if (!names.some(({ captured }) => captured)) {
        const declarator = at(t.variableDeclarator(pattern as t.Identifier, value), { loc } as t.Node)
        statements.push(at(t.variableDeclaration(node.kind, [declarator]), node))
        continue
      }
      const own = names.filter(({ captured }) => !captured)
      const kind = node.kind === 'var' ? 'var' : 'let'
      if (own.length > 0)
        statements.push(
          t.variableDeclaration(
            kind,
            own.map((item) => t.variableDeclarator(id(item.emitted))),
          ),
        )
      if (value || kind === 'let') statements.push(at(run(at(assign(pattern as t.LVal, value ?? none()), node)), node))
    }
    return statements
  }

  #switch(node: t.SwitchStatement, labels: readonly string[]): t.Statement[] {
    const scope = this.#module.scopeOf(node)
    const entry = [
      ...this.#module.environments.enter(scope),
      ...this.hoisted(node.cases.flatMap(({ consequent }) => consequent)),
    ]
    node.discriminant = this.#module.expressions.rewrite(node.discriminant)
    for (const item of node.cases) {
      if (item.test) item.test = this.#module.expressions.rewrite(item.test)
      item.consequent = item.consequent.flatMap((statement) => this.rewrite(statement))
    }
    const statement = entry.length > 0 ? t.blockStatement([...entry, node]) : node
    return [this.labelled(statement, labels)]
  }

  #catch(node: t.CatchClause): void {
    const scope = this.#module.scopeOf(node)
    const names = node.param ? Object.values(t.getBindingIdentifiers(node.param)) : []
    const captured = names.some((identifier) => this.#module.variable(identifier).captured)
    const statements = node.body.body
    if (!node.param || !captured) {
      if (node.param) node.param = this.#module.expressions.pattern(node.param) as t.Identifier
      node.body = at(t.blockStatement(this.#list(statements, scope)), node.body)
      return
    }
    const error = this.#module.captures.fresh('x')
    const binding = t.variableDeclaration('let', [t.variableDeclarator(node.param, id(error))])
    node.param = id(error)
    const head = [...this.#module.environments.enter(scope), ...this.declaration(binding), ...this.hoisted(statements)]
    node.body = at(t.blockStatement([...head, ...statements.flatMap((item) => this.rewrite(item))]), node.body)
  }
}

type ListNode = t.Statement | t.ModuleDeclaration
