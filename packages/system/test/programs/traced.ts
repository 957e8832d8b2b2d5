import { atoll, pthread_create, pthread_join, usleep } from '@atoll/posix'

async function walks(): Promise<string> {
  await usleep(100)
  await atoll.migrate(2)
  return 'arrived'
}

export async function main(): Promise<void> {
  const thread = await pthread_create({ cpus: [0, 1] }, walks)
  console.log(await pthread_join(thread))
  const naps = [usleep(10), usleep(20)]
  for (const nap of naps) await nap
}
