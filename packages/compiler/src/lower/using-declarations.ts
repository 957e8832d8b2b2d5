import * as t from '@babel/types'
import type { ModuleOutput } from './output.js'
import { at, call, constant, id, member, run } from './syntax.js'

type Using = t.VariableDeclaration & { kind: 'using' | 'await using' }

/**
 * Expresses `using` and `await using` by `try`, before anything else is looked at. A block that declares resources becomes
 *
 *     const $held = $resources()
 *     try { …; const x = value; $held.use(x); … } catch (error) { $held.fail(error) } finally { $held.end() }
 *
 * where resources are awaited one by one if some are declared by `await using`. Those of the module's own top level stay as
 * they are: the bundler knows where a module ends.
 */
export function lowerUsingDeclarations({ program }: t.File, source: string, output: ModuleOutput): void {
  if (!/\busing\b/.test(source)) return
  const lowering = new UsingDeclarations(source, output)
  for (const statement of program.body) lowering.within(statement)
}

class UsingDeclarations {
  readonly #output: ModuleOutput
  readonly #held: string
  readonly #item: string
  readonly #error: string

  constructor(source: string, output: ModuleOutput) {
    this.#output = output
    this.#held = nameAbsentFrom(source, '$held')
    this.#item = nameAbsentFrom(source, '$item')
    this.#error = nameAbsentFrom(source, '$error')
  }

  /** Inner blocks come first; what is emitted for them declares no resources any more. */
  within(node: t.Node): void {
    for (const child of childrenOf(node)) this.within(child)
    if (t.isForOfStatement(node) && isUsing(node.left)) this.#forOf(node, node.left)
    if (t.isBlockStatement(node) || t.isStaticBlock(node))
      node.body = this.#holding(node.body.map((item) => this.#for(item)))
  }

  /** Each turn holds its item. */
  #forOf(node: t.ForOfStatement, left: Using): void {
    const [declarator] = left.declarations
    if (!declarator) throw new Error('a for loop declares a variable')
    declarator.init = id(this.#item)
    node.left = t.variableDeclaration('const', [t.variableDeclarator(id(this.#item))])
    node.body = at(t.blockStatement(this.#holding([left, node.body])), node.body)
  }

  /** `for (using x = …; …; …)` holds its resources until the loop is left: they go into a block around it. */
  #for(statement: t.Statement): t.Statement {
    const loop = unlabelled(statement)
    if (!t.isForStatement(loop) || !isUsing(loop.init)) return statement
    const declaration = loop.init
    loop.init = null
    return at(t.blockStatement(this.#holding([declaration, statement])), statement)
  }

  #holding(statements: t.Statement[]): t.Statement[] {
    const declarations = statements.filter(isUsing)
    if (declarations.length === 0) return statements
    const body = statements.flatMap((item) => (isUsing(item) ? this.#declaration(item) : [item]))
    const asynchronous = declarations.find(({ kind }) => kind === 'await using')
    const releasing = asynchronous ? [this.#awaitingReleases(asynchronous)] : []
    const after = t.blockStatement([...releasing, run(call(member(this.#held, 'end')))])
    return [
      constant(this.#held, call(this.#output.helper('$resources'))),
      t.tryStatement(t.blockStatement(body), this.#catching(), after),
    ]
  }

  /** Constants, each of which is held from then on. */
  #declaration({ kind, declarations, loc }: Using): t.Statement[] {
    const method = kind === 'using' ? 'use' : 'useAsync'
    return declarations.flatMap((declarator) => [
      at(t.variableDeclaration('const', [declarator]), declarator),
      at(run(call(member(this.#held, method), t.cloneNode(declarator.id as t.Identifier))), { loc } as t.Node),
    ])
  }

  /** `while ($held.release()) try { await … } catch …`; the method is called with the resource as its receiver. */
  #awaitingReleases(origin: t.Node): t.Statement {
    const [method, resource] = [member(this.#held, 'method'), member(this.#held, 'value')]
    const release = at(call(this.#output.helper('$apply'), method, resource, t.arrayExpression()), origin)
    const awaited = t.blockStatement([at(run(at(t.awaitExpression(release), origin)), origin)])
    const body = t.blockStatement([t.tryStatement(awaited, this.#catching())])
    return at(t.whileStatement(call(member(this.#held, 'release')), body), origin)
  }

  #catching(): t.CatchClause {
    const clause = t.catchClause(
      id(this.#error),
      t.blockStatement([run(call(member(this.#held, 'fail'), id(this.#error)))]),
    )
    clause.extra = { [CATCHES_UNWINDING]: true }
    return clause
  }
}

/** Marks a `catch` clause that sees unwindings too, for it throws them again. */
export const CATCHES_UNWINDING = 'catchesUnwinding'

const isUsing = (node: t.Node | null | undefined): node is Using =>
  t.isVariableDeclaration(node) && (node.kind === 'using' || node.kind === 'await using')

const unlabelled = (node: t.Statement): t.Statement => (t.isLabeledStatement(node) ? unlabelled(node.body) : node)

function nameAbsentFrom(source: string, wanted: string): string {
  let name = wanted
  while (source.includes(name)) name += '_'
  return name
}

const childrenOf = (node: t.Node): t.Node[] =>
  (t.VISITOR_KEYS[node.type] ?? []).flatMap((key) => {
    const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
    return Array.isArray(child) ? child.filter((item): item is t.Node => item !== null) : child ? [child] : []
  })
