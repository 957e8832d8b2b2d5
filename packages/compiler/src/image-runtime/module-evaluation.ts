/**
 * Evaluates the modules of a program some of which await at their top level, in ECMAScript's order: a module begins when all that it imports
 * have been evaluated, and does not keep its siblings from beginning. The names of the parts are the specification's (§ 16.2.1.5).
 */

/** The image's instance, which tells the kernel that the program is not evaluated yet. */
declare const $i: { evaluating(evaluated: Promise<void>): void }

interface Evaluation {
  /** What it was when the bundle came to the module: that of the language's walk over the graph. */
  readonly order: number
  /** Does it await itself, or does it only wait for others? */
  readonly awaits: boolean
  readonly body: () => unknown
  /** How many modules that it imports are still being evaluated. */
  pendingDependencies: number
  /** Those that wait for this one. */
  readonly asyncParents: Evaluation[]
  state: 'evaluating' | 'evaluated' | 'failed'
  error: unknown
  /** Of those who await it from outside. */
  readonly settled: (() => void)[]
}

const evaluations = new Map<string, Evaluation>()

/**
 * Evaluates a module as soon as may be. The bundle calls this where the module's statements stood.
 *
 * @param dependencies Modules that it imports and that are evaluated by this function, too; of a cycle the one that was entered first. Those
 *   that the bundle has not come to yet import this one in turn, and are not waited for.
 */
export function $module(name: string, dependencies: readonly string[], awaits: boolean, body: () => unknown): void {
  const evaluation: Evaluation = {
    order: evaluations.size,
    awaits,
    body,
    pendingDependencies: 0,
    asyncParents: [],
    state: 'evaluating',
    error: undefined,
    settled: [],
  }
  evaluations.set(name, evaluation)
  for (const dependency of dependencies) {
    const known = evaluations.get(dependency)
    if (!known || known === evaluation || known.state === 'evaluated') continue
    if (known.state === 'failed') {
      fail(evaluation, known.error)
      throw known.error
    }
    evaluation.pendingDependencies++
    known.asyncParents.push(evaluation)
  }
  if (evaluation.pendingDependencies > 0) return
  if (awaits) executeAsync(evaluation)
  else execute(evaluation)
  if (evaluation.state === 'failed') throw evaluation.error
}

/** The program has been evaluated when this module, its entry, has. */
export function $program(name: string): void {
  if (evaluations.get(name)?.state === 'evaluating') $i.evaluating(evaluated(name))
}

/** What `import()` of a module gives that is evaluated by {@link $module}. */
export const $imported = async <N>(name: string, namespace: Promise<N>): Promise<N> => {
  const loaded = await namespace
  await evaluated(name)
  return loaded
}

function evaluated(name: string): Promise<void> {
  const evaluation = evaluations.get(name)
  if (!evaluation) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever the module has thrown
      if (evaluation.state === 'failed') reject(evaluation.error)
      else resolve()
    }
    if (evaluation.state === 'evaluating') evaluation.settled.push(settle)
    else settle()
  })
}

function executeAsync(evaluation: Evaluation): void {
  void (evaluation.body() as Promise<void>).then(
    () => {
      succeed(evaluation)
    },
    (error: unknown) => {
      fail(evaluation, error)
    },
  )
}

function execute(evaluation: Evaluation): void {
  try {
    evaluation.body()
  } catch (error) {
    fail(evaluation, error)
    return
  }
  evaluation.state = 'evaluated'
  for (const settle of evaluation.settled) settle()
}

/** A module that awaited has been evaluated: so can those be that waited for it last. */
function succeed(evaluation: Evaluation): void {
  evaluation.state = 'evaluated'
  for (const settle of evaluation.settled) settle()
  const available: Evaluation[] = []
  gatherAvailableAncestors(evaluation, available)
  for (const ancestor of available.sort((a, b) => a.order - b.order)) {
    if (ancestor.state === 'failed') continue
    if (ancestor.awaits) executeAsync(ancestor)
    else execute(ancestor)
  }
}

/** Those that don't await let their own ancestors go on at once. */
function gatherAvailableAncestors({ asyncParents }: Evaluation, available: Evaluation[]): void {
  for (const parent of asyncParents) {
    if (parent.state === 'failed' || available.includes(parent) || --parent.pendingDependencies > 0) continue
    available.push(parent)
    if (!parent.awaits) gatherAvailableAncestors(parent, available)
  }
}

function fail(evaluation: Evaluation, error: unknown): void {
  if (evaluation.state === 'failed') return
  evaluation.state = 'failed'
  evaluation.error = error
  for (const parent of evaluation.asyncParents) fail(parent, error)
  for (const settle of evaluation.settled) settle()
}
