await new Promise(() => undefined)

export const main = (): void => undefined
