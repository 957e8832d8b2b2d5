import { atoll, nanosleep, pthread_create, pthread_join, sched_yield } from '@atoll/posix'

/** Walks, sleeps and computes, for as long as it is told. */
async function worker(rounds: number): Promise<number> {
  let sum = 0
  for (let round = 0; round < rounds; round++) {
    const kernels = atoll.kernels().map(({ kernel }) => kernel)
    try {
      await atoll.migrate(kernels[round % kernels.length] as number)
    } catch (error) {
      if ((error as { code?: string }).code !== 'EINVAL') throw error // it has died since: so will this process
    }
    for (let i = 0; i < 20; i++) sum += i
    await (round % 2 === 0 ? nanosleep(0.1) : sched_yield())
  }
  return sum / 190
}

/** For ends at any moment: prints `done` if nothing happens. */
export async function main([, rounds = '20']: string[]): Promise<void> {
  const threads = []
  for (let i = 0; i < 4; i++) threads.push(await pthread_create(null, worker, Number(rounds)))
  let sum = 0
  for (const thread of threads) sum += await pthread_join<number>(thread)
  console.log(sum === 4 * Number(rounds) ? 'done' : `wrong: ${sum}`)
}
