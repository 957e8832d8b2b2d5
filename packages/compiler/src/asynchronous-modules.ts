import type { Metafile } from 'esbuild'
import type { DeferredEvaluation, ModuleEvaluation } from './lower/index.js'

/**
 * Finds out which modules of a program can't be evaluated at once: those that await at their top level, and those that import such a
 * module. Libraries' modules are among them.
 */

/** What is to be done about each module, by its path relative to the program's root. Modules that need nothing are not in it. */
export type ModuleEvaluations = ReadonlyMap<string, ModuleEvaluation>

/** The nodes of esbuild's account of a build. */
type Inputs = Metafile['inputs']

/**
 * @param inputs The program's modules and what they import, by paths relative to the program's root.
 * @param awaiting Those that await at their top level.
 */
export function moduleEvaluations(inputs: Inputs, awaiting: ReadonlySet<string>): ModuleEvaluations {
  const deferred = withImporters(inputs, awaiting)
  const roots = cycleRoots(inputs)
  const evaluations = new Map<string, ModuleEvaluation>()
  for (const [path, { imports }] of Object.entries(inputs)) {
    const own: DeferredEvaluation | null = deferred.has(path)
      ? { name: path, awaits: awaiting.has(path), dependencies: dependenciesOf(path, inputs, deferred, roots) }
      : null
    const lazyImports = Object.fromEntries(
      imports
        .filter((item) => item.kind === 'dynamic-import' && item.original !== undefined && deferred.has(item.path))
        .map((item) => [item.original, item.path]),
    ) as Record<string, string>
    if (own || Object.keys(lazyImports).length > 0) evaluations.set(path, { deferred: own, lazyImports })
  }
  return evaluations
}

/** Modules that are evaluated before the module at `path`, each once, in the order of import. */
const importedBy = (path: string, inputs: Inputs): string[] => [
  ...new Set(
    inputs[path]?.imports
      .filter(({ kind, external }) => kind === 'import-statement' && external !== true)
      .map((item) => item.path),
  ),
]

function withImporters(inputs: Inputs, awaiting: ReadonlySet<string>): Set<string> {
  const found = new Set(awaiting)
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const path of Object.keys(inputs))
      if (importedBy(path, inputs).some((imported) => found.has(imported))) found.add(path)
  }
  return found
}

function dependenciesOf(
  path: string,
  inputs: Inputs,
  deferred: ReadonlySet<string>,
  roots: ReadonlyMap<string, string>,
): string[] {
  const all = importedBy(path, inputs)
    .filter((imported) => deferred.has(imported))
    // Of another cycle the module that was entered first is the last to be evaluated, and answers for all.
    .map((imported) => (roots.get(imported) === roots.get(path) ? imported : (roots.get(imported) ?? imported)))
  return [...new Set(all)]
}

/** Tarjan's algorithm: of each module the first one that a walk over the program meets of all that import each other in a cycle. */
function cycleRoots(inputs: Inputs): ReadonlyMap<string, string> {
  const roots = new Map<string, string>()
  const indexes = new Map<string, number>()
  const stack: string[] = []
  function visit(path: string): number {
    const index = indexes.size
    indexes.set(path, index)
    stack.push(path)
    let lowest = index
    for (const imported of importedBy(path, inputs)) {
      if (roots.has(imported)) continue
      lowest = Math.min(lowest, indexes.get(imported) ?? visit(imported))
    }
    if (lowest === index) for (const member of stack.splice(stack.indexOf(path))) roots.set(member, path)
    return lowest
  }
  for (const path of Object.keys(inputs).reverse()) if (!indexes.has(path)) visit(path)
  return roots
}
