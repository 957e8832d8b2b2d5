import { atoll, pthread_create, pthread_join } from '@atoll/posix'

/** Goes back and forth between kernels 2 and 3. */
async function hop(moves: number): Promise<string> {
  for (let i = 0; i < moves; i++) await atoll.migrate(2 + (i % 2))
  return 'done'
}

/** A thread that is mostly on its way between two kernels, neither of which is the origin. */
export async function main([, moves = '200']: string[]): Promise<void> {
  const thread = await pthread_create({ cpus: [1, 2] }, hop, Number(moves))
  console.log(await pthread_join(thread))
}
