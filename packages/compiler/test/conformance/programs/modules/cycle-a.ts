import { isOdd } from './cycle-b.js'

export async function isEven(n: number): Promise<boolean> {
  return n === 0 ? true : await isOdd(n - 1)
}
