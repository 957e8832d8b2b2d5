/** The middle of a sample, and how far it spreads. */
export interface Summary {
  readonly median: number
  /** A quarter of the values is below it. */
  readonly lowerQuartile: number
  /** A quarter of the values is above it. */
  readonly upperQuartile: number
}

/** @throws RangeError if there are no values. */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('an empty sample has no median: measure at least once')
  const sorted = [...values].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
  }
}

/** Linear between the two values nearest to the place. */
function quantile(sorted: readonly number[], fraction: number): number {
  const place = (sorted.length - 1) * fraction
  const below = Math.floor(place)
  const above = Math.ceil(place)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}
