import { pthread_create, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

async function fibonacci(n: number): Promise<number> {
  if (n < 2) return n
  if (n % 5 === 0) await wander()
  return (await fibonacci(n - 1)) + (await fibonacci(n - 2))
}

/** Moves at the bottom of the stack, and in its way up again. */
async function deep(depth: number, trail: number[]): Promise<number> {
  if (depth === 0) {
    await wander()
    return 0
  }
  try {
    return (await deep(depth - 1, trail)) + 1
  } finally {
    if (depth % 50 === 0) {
      await wander()
      trail.push(depth)
    }
  }
}

async function ackermann(m: number, n: number): Promise<number> {
  if (m === 0) return n + 1
  if (n === 0) return ackermann(m - 1, 1)
  return ackermann(m - 1, await ackermann(m, n - 1))
}

async function hanoi(disks: number, from: number[], via: number[], to: number[]): Promise<number> {
  if (disks === 0) return 0
  const before = await hanoi(disks - 1, from, to, via)
  to.push(from.pop() as number)
  if (disks === 3) await wander()
  return before + 1 + (await hanoi(disks - 1, via, from, to))
}

async function unwinding(depth: number): Promise<never> {
  await wander()
  if (depth === 0) throw new Error('from the depth')
  try {
    return await unwinding(depth - 1)
  } catch (error) {
    ;(error as Error).message += depth
    throw error
  }
}

export async function main(): Promise<void> {
  console.log(await fibonacci(12))
  const trail: number[] = []
  console.log(await deep(300, trail), trail)
  console.log(await ackermann(2, 3))
  const [from, to]: [number[], number[]] = [[5, 4, 3, 2, 1], []]
  console.log(await hanoi(5, from, [], to), from, to)
  try {
    await unwinding(5)
  } catch (error) {
    console.log(String(error))
  }
  console.log(await pthread_join(await pthread_create(null, fibonacci, 10)))
}
