export const lazy = await Promise.resolve(100)
