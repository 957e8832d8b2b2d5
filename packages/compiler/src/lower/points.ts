import { isPoint, partsOf, type PointRange, type Step } from './steps/steps.js'
import type { SafePoint } from './steps/steps.js'

/**
 * Numbers the points of a function so that those within any step are a range, and notes the range on each step that
 * contains some: a resumed function finds its way to its point by comparisons. A loop's own point is before those within;
 * in a synchronous generator, which can't be suspended but where it yields, loops have none (`loopsAreSafe` is false).
 */
export function numberPoints(steps: readonly Step[], loopsAreSafe: boolean): SafePoint[] {
  const points: SafePoint[] = []
  for (const step of steps) numberStep(step, points, loopsAreSafe)
  return points
}

function numberStep(step: Step, points: SafePoint[], loopsAreSafe: boolean): void {
  const first = points.length
  if (isPoint(step) || (step.kind === 'loop' && loopsAreSafe)) {
    step.point.index = points.length
    points.push(step.point)
  }
  for (const part of partsOf(step)) for (const inner of part) numberStep(inner, points, loopsAreSafe)
  if ('range' in step || partsOf(step).length > 0) {
    const container = step as { range?: PointRange | null }
    container.range = points.length > first ? { first, last: points.length - 1 } : null
  }
}

/** Points within `step`, its own included; `null` if there are none. */
export function rangeOf(step: Step): PointRange | null {
  if (isPoint(step)) return { first: step.point.index, last: step.point.index }
  return 'range' in step ? (step.range ?? null) : null
}

export function rangeOfAll(steps: readonly Step[]): PointRange | null {
  const ranges = steps.map(rangeOf).filter((range) => range !== null)
  const [first] = ranges
  const last = ranges.at(-1)
  return first && last ? { first: first.first, last: last.last } : null
}
