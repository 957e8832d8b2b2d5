import { nanosleep, pthread_create, pthread_exit, pthread_self } from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { wander } from './support/wander.js'

async function fails(): Promise<never> {
  await wander()
  throw new TypeError('of a detached thread')
}

async function survivor(): Promise<void> {
  await awaitFlag(pthread_self(), 'go')
  await nanosleep(2)
  console.log('the process lives on')
}

export async function main(): Promise<void> {
  await pthread_create({ detached: true, name: 'unlucky' }, fails)
  const last = await pthread_create(null, survivor)
  await raise(last, 'go')
  pthread_exit()
}
