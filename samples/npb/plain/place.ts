/** How one of several synchronous parts of a run knows its place, and waits for the others. */
export interface Place {
  readonly id: number
  readonly parts: number
  /** Returns when all parts have called it. */
  readonly wait: () => void
}

/** The only part. */
export const SOLO: Place = { id: 0, parts: 1, wait: () => undefined }
