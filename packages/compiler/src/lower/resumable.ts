import * as t from '@babel/types'
import { environmentsOf, type Captures } from './names/captures.js'
import { StepBuilder } from './steps/builder.js'
import { findLive } from './liveness.js'
import { Normalizer } from './steps/normalize.js'
import { Operands } from './steps/operands.js'
import type { HelperName, ModuleOutput } from './output.js'
import { numberPoints } from './points.js'
import { ENTRY, Reentry, THROWN, VALUE } from './reentry.js'
import type { Owner, Variable } from './names/scopes.js'
import { STATE, type SafePoint, type Step } from './steps/steps.js'
import { Structured } from './structured.js'
import {
  assign,
  call,
  constant,
  differs,
  id,
  integer,
  member,
  property,
  run,
  text,
  variable,
  type FunctionNode,
} from './syntax.js'

/** What a function is called in generated code. */
export interface Identity {
  /** The variable that holds the function itself. */
  readonly self: string
  /** Its name as the source has it. */
  readonly name: string
}

type Parameters = FunctionNode['params']

/**
 * Compiles an `async` function to a resumable one. Its parameters and body, which the passes before have freed of closures
 * and captured variables, become those of a plain function that follows the direct protocol; where it can be suspended, the
 * code that goes on from its frames is registered.
 */
export function compileResumable(
  node: FunctionNode,
  owner: Owner,
  captures: Captures,
  output: ModuleOutput,
  identity: Identity,
): { params: Parameters; body: t.BlockStatement } {
  const locals = new Locals(owner)
  const builder = new StepBuilder(
    output,
    locals.initial,
    locals.stable,
    (name) => isConstantInModule(captures, output, name),
    generatorKind(owner),
  )
  const normalizer = new Normalizer(builder, new Operands(builder))
  if (owner.isGenerator) builder.declare(STATE)
  const steps = normalizer.body((node.body as t.BlockStatement).body)
  const points = numberPoints(steps, builder.generator !== 'sync')
  findLive(steps, builder.locals)
  const code = captures.fresh('c')
  const generator = owner.isGenerator ? { self: identity.self, isAsync: owner.isAsync } : null
  const entry = new Structured(code, null, generator)
  const statements = entry.steps(steps, true)
  if (points.length > 0) {
    output.definitions.push(
      constant(
        code,
        registration(
          node,
          output,
          identity,
          locals,
          builder,
          new Structured(code, new Reentry(), generator),
          steps,
          points,
        ),
      ),
    )
  }
  const own = usedIn(
    statements,
    builder.locals.filter((name) => !locals.isGiven(name)),
    owner,
  )
  const body = [
    ...(generator ? [] : prologue(node, owner, identity)),
    ...declare([...own, ...entry.needs]),
    ...locals.assignments(identity.self),
    ...statements,
  ]
  return { params: node.params, body: t.blockStatement(body) }
}

const generatorKind = ({ isGenerator, isAsync }: Owner): 'sync' | 'async' | null =>
  isGenerator ? (isAsync ? 'async' : 'sync') : null

/** The locals that a call needs: a generator's call ends in front of its body, and needs few. */
function usedIn(statements: readonly t.Statement[], locals: readonly string[], owner: Owner): readonly string[] {
  if (!owner.isGenerator) return locals
  const used = new Set<string>()
  for (const statement of statements) {
    t.traverseFast(statement, (node) => {
      if (t.isIdentifier(node)) used.add(node.name)
    })
  }
  return locals.filter((name) => used.has(name) || name === '$this' || name === '$arguments')
}

/** A call that does not name this function in the register takes the standard entry. */
function prologue(node: FunctionNode, owner: Owner, { self }: Identity): t.Statement[] {
  const callee = member('$r', 'callee')
  const usesArguments = owner.scope.variables.has('arguments')
  const given = node.params.map(argumentOf)
  const args = usesArguments ? id('arguments') : t.arrayExpression(given)
  const standard = call(member('$r', 'standard'), id(self), t.thisExpression(), args, id('$i'))
  return [t.ifStatement(differs(callee, id(self)), t.returnStatement(standard)), run(assign(callee, t.nullLiteral()))]
}

function argumentOf(parameter: Parameters[number]): t.Expression | t.SpreadElement {
  if (t.isIdentifier(parameter)) return id(parameter.name)
  if (t.isAssignmentPattern(parameter) && t.isIdentifier(parameter.left)) return id(parameter.left.name)
  if (t.isRestElement(parameter) && t.isIdentifier(parameter.argument))
    return t.spreadElement(id(parameter.argument.name))
  throw new Error(`a parameter was left as ${parameter.type}`)
}

/** `$i.code(id, name, points, resume)`. */
function registration(
  node: FunctionNode,
  output: ModuleOutput,
  { name }: Identity,
  locals: Locals,
  builder: StepBuilder,
  emitter: Structured,
  steps: readonly Step[],
  points: readonly SafePoint[],
): t.Expression {
  const statements = emitter.steps(steps, false)
  const body = [
    ...declare([...builder.locals, ...emitter.needs]),
    variable(ENTRY, member(FRAME, '$p')),
    ...restore(points),
    ...statements,
  ]
  const resume = t.arrowFunctionExpression([id(FRAME), id(VALUE), id(THROWN)], t.blockStatement(body))
  const table = t.arrayExpression(points.map((point) => describe(point, locals)))
  // The engine shows the function under this name in stacks.
  const named = t.memberExpression(t.objectExpression([property(name, resume)]), text(name), true)
  return call(member('$i', 'code'), text(output.idOf(node)), text(name), table, named)
}

const FRAME = '$frame'

/** `[line, column, slots, names]`; the names are left out where they are the slots'. */
function describe({ origin, live }: SafePoint, locals: Locals): t.Expression {
  const start = origin.loc?.start
  const names = live.map((slot) => locals.sourceName(slot))
  const differ = names.some((name, index) => name !== live[index])
  return t.arrayExpression([
    integer(start?.line ?? 0),
    integer(start ? start.column + 1 : 0),
    t.arrayExpression(live.map(text)),
    ...(differ ? [t.arrayExpression(names.map(text))] : []),
  ])
}

/** One read per slot and point, so that each sees frames of one shape only. */
function restore(points: readonly SafePoint[]): t.Statement[] {
  const cases = points.map(({ index, live }) =>
    t.switchCase(integer(index), [...live.map((name) => run(assign(name, member(FRAME, name)))), t.breakStatement()]),
  )
  const [only] = cases
  if (only && cases.length === 1) return only.consequent.slice(0, -1)
  return [t.switchStatement(id(ENTRY), cases)]
}

function declare(names: readonly string[]): t.Statement[] {
  return names.length === 0
    ? []
    : [
        t.variableDeclaration(
          'let',
          names.map((name) => t.variableDeclarator(id(name))),
        ),
      ]
}

/** The locals that a function has before its body is looked at. */
class Locals {
  /** Parameters, environments, `this` and its like: what the source or the closure's template gives. */
  readonly initial: string[]
  readonly stable: string[]
  readonly #given: Set<string>
  readonly #names = new Map<string, string>()
  readonly #special: readonly Variable[]

  constructor(owner: Owner) {
    const variables = owner.scopes.flatMap((scope) => [...scope.variables.values()]).filter(({ captured }) => !captured)
    for (const { emitted, name } of variables) this.#names.set(emitted, name)
    const parameters = (owner.node as FunctionNode).params.flatMap((node) => Object.keys(t.getBindingIdentifiers(node)))
    const outer = environmentsOf(owner).flatMap(({ environment }) => environment ?? [])
    const inner = owner.scopes.flatMap(({ environment }) => environment ?? [])
    this.#given = new Set([...parameters, ...outer])
    this.#special = [...owner.scope.variables.values()].filter(
      ({ kind, references }) => kind === 'this' || kind === 'arguments' || (kind === 'self' && references.length > 0),
    )
    this.initial = [...this.#given, ...this.#special.map(localName)]
    const fixed = variables.filter(({ assigned, kind }) => !assigned && kind !== 'var' && kind !== 'function')
    this.stable = [...fixed.map(localName), ...parameters.filter((name) => name.startsWith('$a')), ...outer, ...inner]
  }

  /** Has the call version of the function this local without declaring it? */
  isGiven(name: string): boolean {
    return this.#given.has(name)
  }

  /** What fills `this` and its like on entry. */
  assignments(self: string): t.Statement[] {
    return this.#special.flatMap((item) => {
      if (item.captured && item.kind === 'self') return []
      const value = item.kind === 'this' ? t.thisExpression() : id(item.kind === 'self' ? self : 'arguments')
      return [run(assign(localName(item), value))]
    })
  }

  /** The source's name of a local; `''` for the compiler's own. */
  sourceName(local: string): string {
    if (local === '$this') return 'this'
    return local === '$arguments' ? 'arguments' : (this.#names.get(local) ?? '')
  }
}

function localName({ kind, emitted }: Variable): string {
  if (kind === 'this') return '$this'
  return kind === 'arguments' ? '$arguments' : emitted
}

/** Is it a variable of the module that never changes once it can be read? Imports may still change where they are. */
function isConstantInModule({ program }: Captures, { helpers }: ModuleOutput, name: string): boolean {
  if (helpers.has(name as HelperName)) return true
  const known = program.variables.get(name)
  if (!known || known.kind === 'import' || known.assigned) return false
  return known.kind !== 'var'
}
