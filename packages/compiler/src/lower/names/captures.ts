import * as t from '@babel/types'
import { isInitialized } from './initialization.js'
import { analyzeScopes } from './scope-analysis.js'
import type { Analysis, Owner, Reference, Scope, Variable } from './scopes.js'
import type { FunctionNode } from '../syntax.js'

/** Names that every image has, and those that generated code uses within a resumable function. */
const RESERVED = new Set(['$r', '$i', '$S', '$U', '__proto__'])

/** What is decided about a module's variables before anything is rewritten. */
export interface Captures extends Analysis {
  /** References whose variable may still be in its dead zone, and must be checked. */
  readonly checked: ReadonlySet<t.Node>
  /** A name that nothing in the module has: `$` and `kind`, numbered. */
  fresh(kind: string): string
}

/**
 * Decides which variables live in environments (those that inner functions use, or whose dead zone must be checked in a
 * function that may be suspended), which environments each function needs, and what the others are called.
 */
export function analyzeCaptures(program: t.Program): Captures {
  const analysis = analyzeScopes(program)
  const fresh = freshNames(analysis)
  const all = new Set(analysis.variables.values())
  const checked = new Set<t.Node>()
  for (const variable of all) if (!variable.scope.isProgram) decide(variable, checked)
  for (const variable of all) if (variable.captured) noteEnvironments(variable, fresh)
  for (const owner of analysis.owners.values()) nameLocals(owner, analysis, fresh)
  return { ...analysis, checked, fresh }
}

function decide(variable: Variable, checked: Set<t.Node>): void {
  if (variable.kind === 'new.target') variable.emitted = '$target'
  if (variable.name === '__proto__') variable.emitted = '_proto'
  const unproven = variable.references.filter((reference) => !isInitialized(variable, reference))
  const captured = variable.references.some(({ owner }) => owner !== variable.owner)
  variable.captured = captured || (variable.owner.isResumable && unproven.length > 0)
  if (variable.captured) for (const { node } of unproven) checked.add(node)
}

function noteEnvironments(variable: Variable, fresh: (kind: string) => string): void {
  const { scope } = variable
  scope.environment ??= fresh('e')
  for (const reference of variable.references) {
    for (let owner: Owner | null = reference.owner; owner && owner !== scope.owner; owner = owner.parent) {
      owner.environments.add(scope)
    }
  }
}

/**
 * The locals of a resumable function all become variables of one block, at the top of the module: each needs a name of
 * its own, which hides nothing that the function uses. Elsewhere names stay, unless they are the kernel's.
 */
function nameLocals(owner: Owner, analysis: Analysis, fresh: (kind: string) => string): void {
  const locals = owner.scopes.flatMap((scope) => [...scope.variables.values()]).filter(({ captured }) => !captured)
  if (owner.kind === 'program') return
  const taken = owner.isResumable ? namesUsedBy(owner, analysis) : namesWithUnderscore(analysis)
  for (const local of locals) {
    if (local.identifier === null) continue
    if (local.startsAs) {
      local.emitted = fresh('v')
      continue
    }
    const wanted = owner.isResumable || mayClash(local) ? local.name.replace(/^\$/, '_$') : local.name
    local.emitted = unusedName(RESERVED.has(wanted) ? `_${wanted}` : wanted, taken)
    if (owner.isResumable) taken.add(local.emitted)
  }
}

/** Names of the module's variables, the function's own included, and of the globals that it uses. */
function namesUsedBy(owner: Owner, { globals, program }: Analysis): Set<string> {
  const names = new Set(program.variables.keys())
  for (const [name, user] of globals) if (user.isWithin(owner)) names.add(name)
  return names
}

/** Might generated code mean something else by its name? Functions and classes keep what they call themselves. */
const mayClash = ({ name, kind }: Variable): boolean =>
  /^\$\w/.test(name) && kind !== 'self' && kind !== 'class-self' && kind !== 'class'

/** Names that a variable of a plain function might get when it is renamed. */
function namesWithUnderscore({ globals, variables }: Analysis): Set<string> {
  const all = [...globals.map(([name]) => name), ...[...variables.values()].map(({ name }) => name)]
  return new Set(all.filter((name) => name.startsWith('_$')))
}

function unusedName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`
  return name
}

function freshNames({ globals, variables }: Analysis): (kind: string) => string {
  const used = new Set(globals.map(([name]) => name))
  for (const { name } of variables.values()) used.add(name)
  const counts = new Map<string, number>()
  return (kind) => {
    for (;;) {
      const number = (counts.get(kind) ?? 0) + 1
      counts.set(kind, number)
      const name = `$${kind}${number}`
      if (!used.has(name)) return name
    }
  }
}

/** The environments of `owner`, outermost first. */
export const environmentsOf = (owner: Owner): Scope[] => [...owner.environments].sort((a, b) => a.depth - b.depth)

/** Source names of the variables of others that `owner` assigns, itself or in what it encloses. */
export function assignedByClosure(owner: Owner, { variables, references }: Analysis): string[] {
  const names = new Set<string>()
  for (const [node, reference] of references) {
    const variable = variables.get(node)
    if (!variable?.captured || !reference.writes) continue
    if (reference.owner.isWithin(owner) && !variable.owner.isWithin(owner)) names.add(variable.name)
  }
  return [...names]
}

/**
 * Must the parameters be taken apart in the body? Defaults and patterns of a resumable function must not be evaluated
 * again when it is resumed; and a captured parameter must be in its environment before a default can capture it.
 */
export function parametersMoveToBody(owner: Owner): boolean {
  const { params } = owner.node as FunctionNode
  const simple = params.every(
    (node) => t.isIdentifier(node) || (t.isRestElement(node) && t.isIdentifier(node.argument)),
  )
  return !simple && (owner.isResumable || owner.scope.captured().length > 0)
}

export type { Reference }
