/** What the suite's standard result block says about a run. */
export interface BenchmarkRun {
  /** The benchmark's two-letter name. */
  readonly benchmark: string
  readonly className: string
  /** The problem's size as the benchmark states it: a number, or a grid. */
  readonly size: string
  readonly iterations: number
  readonly threads: number
  /** Duration of the timed section. */
  readonly seconds: number
  /** How many operations the timed section did, of the kind `operationType` names. */
  readonly operations: number
  readonly operationType: string
  readonly verified: boolean
}

/** The result block that every NAS benchmark ends with. */
export function resultBlock(run: BenchmarkRun): string {
  const perSecond = (operations: number): string =>
    run.seconds > 0 ? (operations / run.seconds / 1e6).toFixed(2) : 'not timed' // virtual time may stand still
  const rows: readonly (readonly [string, string])[] = [
    ['Class', run.className],
    ['Size', run.size],
    ['Iterations', String(run.iterations)],
    ['Total threads', String(run.threads)],
    ['Time in seconds', run.seconds.toFixed(4)],
    ['Mop/s total', perSecond(run.operations)],
    ['Mop/s/thread', perSecond(run.operations / run.threads)],
    ['Operation type', run.operationType],
    ['Verification', run.verified ? 'SUCCESSFUL' : 'UNSUCCESSFUL'],
  ]
  return [
    ` ${run.benchmark} Benchmark Completed.`,
    ...rows.map(([label, value]) => ` ${label.padEnd(15)} = ${value.padStart(24)}`),
  ].join('\n')
}
