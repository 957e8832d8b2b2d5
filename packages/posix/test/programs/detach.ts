import {
  PTHREAD_CREATE_DETACHED,
  pthread_attr_init,
  pthread_attr_setdetachstate,
  pthread_create,
  pthread_detach,
  pthread_exit,
  pthread_join,
  pthread_self,
  type pthread_t,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'

const parked = async (): Promise<void> => awaitFlag(pthread_self(), 'go')

async function detachSelf(main: pthread_t): Promise<void> {
  await pthread_detach(pthread_self())
  await raise(main, 'detached')
  await parked()
}

async function last(): Promise<string> {
  await parked()
  console.log('the last thread ends')
  return 'nobody joins for this'
}

export async function main(): Promise<void> {
  const byCreator = await pthread_create(null, parked)
  await pthread_detach(byCreator)
  console.log('by its creator:', await refusal(() => pthread_join(byCreator)))
  console.log('twice:', await refusal(() => pthread_detach(byCreator)))
  await raise(byCreator, 'go')

  const bySelf = await pthread_create(null, detachSelf, pthread_self())
  await awaitFlag(pthread_self(), 'detached')
  console.log('by itself:', await refusal(() => pthread_join(bySelf)))
  await raise(bySelf, 'go')

  const attr = pthread_attr_init()
  pthread_attr_setdetachstate(attr, PTHREAD_CREATE_DETACHED)
  const byAttribute = await pthread_create(attr, parked)
  console.log('by attribute:', await refusal(() => pthread_join(byAttribute)))
  await raise(byAttribute, 'go')

  // A thread that has ended already can be detached: its result is dropped, and so is its handle.
  const ended = await pthread_create(null, () => 'unwanted')
  const witness = await pthread_create(null, async () => pthread_join(ended))
  console.log(await pthread_join(witness))
  console.log('joined:', await refusal(() => pthread_detach(ended)))

  const survivor = await pthread_create({ detached: true }, last)
  await raise(survivor, 'go')
  pthread_exit()
}
