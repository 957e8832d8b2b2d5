import { nanosleep, pthread_create, pthread_join, type pthread_t } from '@atoll/posix'
import { wander } from './support/wander.js'

async function work(n: number): Promise<number> {
  switch (n % 10) {
    case 0:
      await nanosleep(1)
      break
    case 5:
      await wander()
      break
  }
  return n
}

/** Each thread creates two more, down to the leaves. */
async function tree(depth: number): Promise<number> {
  if (depth === 0) return 1
  const left = await pthread_create(null, tree, depth - 1)
  const right = await pthread_create(null, tree, depth - 1)
  return (await pthread_join<number>(left)) + (await pthread_join<number>(right)) + 1
}

export async function main(): Promise<void> {
  const threads: pthread_t[] = []
  for (let n = 0; n < 1000; n++) threads.push(await pthread_create(null, work, n))
  console.log('different handles:', new Set(threads).size)
  let sum = 0
  for (const thread of threads) sum += await pthread_join<number>(thread)
  console.log('sum:', sum)
  console.log('tree:', await tree(6))
}
