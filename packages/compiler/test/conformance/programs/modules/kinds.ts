export enum Kind {
  Toy,
  Book,
}

export const Colour = { Red: 'red' } as const
export type Colour = keyof typeof Colour
