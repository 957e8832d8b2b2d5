import * as t from '@babel/types'
import { at, id, run, variable } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites loops that declare variables, so that each turn has an environment of its own.
 */
export class ScopedLoops {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** A `for`; the environment of a turn is copied before the update. */
  for(node: t.ForStatement, labels: readonly string[]): t.Statement[] {
    const scope = this.#module.scopeOf(node)
    const { environment } = scope
    if (!t.isVariableDeclaration(node.init) || !this.#declaresCaptured(node.init)) {
      this.#module.expressions.children(node)
      return [this.#module.statements.labelled(node, labels)]
    }
    const copy = this.#module.environments.copy(scope)
    const inside = (position: t.Node | null | undefined): boolean =>
      position?.start != null && position.start >= (node.init?.start ?? 0) && position.start < (node.init?.end ?? 0)
    const capturedByHead = scope
      .captured()
      .some((item) => item.references.some(({ node: use, owner }) => owner !== scope.owner && inside(use)))
    const head = [
      ...(environment === null ? [] : [variable(environment, this.#module.environments.create(scope))]),
      ...this.#module.statements.declaration(node.init),
      ...(capturedByHead && copy ? [run(copy)] : []),
    ]
    const test = node.test && this.#module.expressions.rewrite(node.test)
    const update = node.update && this.#module.expressions.rewrite(node.update)
    const next = copy ? (update ? t.sequenceExpression([copy, update]) : copy) : update
    const loop = at(t.forStatement(null, test, next, this.#module.statements.body(node.body)), node)
    return [at(t.blockStatement([...head, this.#module.statements.labelled(loop, labels)]), node)]
  }

  /** A `for … of` or `for … in`, each turn of which makes its environment anew. */
  forEach(node: t.ForInStatement | t.ForOfStatement, labels: readonly string[]): t.Statement[] {
    const scope = this.#module.scopeOf(node)
    const early = scope.captured().some((known) => known.references.some(({ node: use }) => isWithin(use, node.right)))
    const right = this.#module.expressions.rewrite(node.right)
    if (!t.isVariableDeclaration(node.left)) {
      node.left = this.#module.expressions.pattern(node.left) as t.Identifier
      node.right = right
      node.body = this.#module.statements.body(node.body)
      return [this.#module.statements.labelled(node, labels)]
    }
    const [declarator] = node.left.declarations
    if (!declarator) throw new Error('a for loop declares a variable')
    const names = Object.values(t.getBindingIdentifiers(declarator.id)).map((identifier) =>
      this.#module.variable(identifier),
    )
    node.right = right
    if (!names.some(({ captured }) => captured)) {
      declarator.id = this.#module.expressions.pattern(declarator.id) as t.Identifier
      node.body = this.#module.statements.body(node.body)
      return [this.#module.statements.labelled(node, labels)]
    }
    const item = this.#module.captures.fresh('x')
    const kind = node.left.kind === 'var' ? 'var' : 'let'
    const binding = t.variableDeclaration(kind, [t.variableDeclarator(declarator.id, id(item))])
    node.left = t.variableDeclaration('const', [t.variableDeclarator(id(item))])
    const head = [...this.#module.environments.enter(scope), ...this.#module.statements.declaration(binding)]
    node.body = at(t.blockStatement([...head, this.#module.statements.body(node.body)]), node.body)
    const loop = this.#module.statements.labelled(node, labels)
    return early ? [t.blockStatement([...this.#module.environments.enter(scope), loop])] : [loop]
  }

  #declaresCaptured({ declarations }: t.VariableDeclaration): boolean {
    return declarations
      .flatMap(({ id: target }) => Object.values(t.getBindingIdentifiers(target)))
      .some((identifier) => this.#module.variable(identifier).captured)
  }
}

const isWithin = (inner: t.Node, outer: t.Node): boolean =>
  inner.start != null && outer.start != null && inner.start >= outer.start && inner.start < (outer.end ?? 0)
