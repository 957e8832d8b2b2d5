import { getpid, gettid, pthread_create, pthread_equal, pthread_join, pthread_self, type pid_t } from '@atoll/posix'
import { wander } from './support/wander.js'

async function identity(pid: pid_t): Promise<[boolean, boolean, number]> {
  const before = pthread_self()
  await wander()
  return [pthread_equal(before, pthread_self()) && gettid() === Number(pthread_self()), getpid() === pid, before]
}

export async function main(): Promise<void> {
  console.log('main thread:', gettid() === getpid(), gettid() === Number(pthread_self()))
  const before = getpid()
  await wander()
  console.log('after a move:', getpid() === before, gettid() === before)
  const thread = await pthread_create(null, identity, getpid())
  const [sameSelf, sameProcess, self] = await pthread_join<[boolean, boolean, number]>(thread)
  console.log('another:', sameSelf, sameProcess, pthread_equal(self, thread), pthread_equal(self, pthread_self()))

  // A fiber is a stack of the same thread.
  const fiber = (async () => pthread_self())()
  console.log('fiber:', pthread_equal(await fiber, pthread_self()))
}
