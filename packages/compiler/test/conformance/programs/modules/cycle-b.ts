import { isEven } from './cycle-a.js'

export async function isOdd(n: number): Promise<boolean> {
  return n === 0 ? false : await isEven(n - 1)
}
