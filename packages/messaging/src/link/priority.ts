/** The two lanes of a link. Messages of one lane keep their order; control may overtake bulk. */
export type Priority = 'control' | 'bulk'

/** Both lanes, the urgent one first. */
export const PRIORITIES = ['control', 'bulk'] as const satisfies readonly Priority[]
