/** A page of memory, in bytes: what moves between kernels as one. What different threads write lies on different pages. */
export const PAGE_BYTES = 4096

/** `bytes`, rounded up to whole pages. */
export const wholePages = (bytes: number): number => Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES

/** Consecutive things, from `first` up to but not including `end`. */
export interface Range {
  readonly first: number
  readonly end: number
}

/**
 * Which of `total` things are part `id`'s, of `parts`: consecutive ones, as evenly as whole grains of `grain` things allow. If there are more parts than
 * grains, some get nothing.
 */
export function shareOf(total: number, parts: number, id: number, grain = 1): Range {
  const grains = Math.ceil(total / grain)
  const border = (part: number): number => Math.min(total, Math.floor((grains * part) / parts) * grain)
  return { first: border(id), end: border(id + 1) }
}
