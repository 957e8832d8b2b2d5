/** Microseconds per operation since `startMs` of `performance.now`. */
export const usSince = (startMs: number, operations: number): number =>
  ((performance.now() - startMs) * 1000) / operations

/** Nanoseconds per operation since `startMs` of `performance.now`. */
export const nsSince = (startMs: number, operations: number): number => usSince(startMs, operations) * 1000
