/** The two lanes of a link. Messages of one lane keep their order; control may overtake bulk. */
export type Priority = 'control' | 'bulk'

/** Both lanes, the urgent one first. */
export const PRIORITIES = ['control', 'bulk'] as const satisfies readonly Priority[]

/** How much of a poll's budget control messages may use first: an eighth is kept for bulk, or a steady stream of them would starve it. */
export const controlShare = (budget: number): number => budget - (budget >>> 3)
