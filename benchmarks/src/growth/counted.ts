import type { Sides } from '../row.js'

/** The sides of a row that is counted: the same each time, whatever the machine does. */
export const counted = (value: number, peer: number): Sides => ({
  value: () => Promise.resolve(value),
  peer: () => Promise.resolve(peer),
  close: () => Promise.resolve(),
})
