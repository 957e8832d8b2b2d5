// status: 2
/** A parent sees the low eight bits. */
export const main = async (): Promise<number> => 258
