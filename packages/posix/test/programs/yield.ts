import { pthread_create, pthread_getname_np, pthread_join, pthread_self, pthread_setname_np, sched_yield } from '@atoll/posix'

/** Two threads of one CPU take turns: each gives the other the word, and yields until it has it again. */
async function player({ board, word, answer }: { board: number; word: string; answer: string }): Promise<void> {
  for (let round = 1; round <= 5; round++) {
    while ((await pthread_getname_np(board)) !== word) await sched_yield()
    console.log(word, round)
    await pthread_setname_np(board, answer)
  }
}

export async function main(): Promise<void> {
  const board = pthread_self()
  const cpus = [0]
  const ping = await pthread_create({ cpus }, player, { board, word: 'ping', answer: 'pong' })
  const pong = await pthread_create({ cpus }, player, { board, word: 'pong', answer: 'ping' })
  await pthread_setname_np(board, 'ping')
  await pthread_join(ping)
  await pthread_join(pong)
  console.log('returns', await sched_yield())
}
