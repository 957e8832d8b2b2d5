import { atoll, nanosleep, pthread_create, pthread_join, pthread_self, pthread_setaffinity_np, sched_getcpu, sched_yield } from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

const isOnly = (): boolean => atoll.kernels().length === 1

/** While it is pinned a thread stays; with one kernel there is nowhere to go anyway. */
async function stays(): Promise<boolean> {
  const before = sched_getcpu()
  for (let turn = 0; turn < 30; turn++) {
    await sched_yield()
    if (turn % 10 === 0) await nanosleep(1)
    if (sched_getcpu() !== before) return false
  }
  const answer = await refusal(wander)
  return isOnly() || answer === 'migrate ENOTSUP -95'
}

async function pinned(): Promise<number> {
  atoll.pin()
  await raise(pthread_self(), 'pinned')
  await awaitFlag(pthread_self(), 'go')
  atoll.unpin()
  await wander()
  return 42
}

export async function main(): Promise<void> {
  atoll.pin()
  atoll.pin()
  console.log('pinned twice:', await stays())
  atoll.unpin()
  console.log('pinned once:', await stays())
  atoll.unpin()
  await wander()
  console.log('free')

  const thread = await pthread_create(null, pinned)
  await awaitFlag(thread, 'pinned')
  const refusals = new Set<string>()
  for (const { cpu } of atoll.kernels()) refusals.add(await refusal(() => pthread_setaffinity_np(thread, [cpu])))
  // To where it is, it may go; elsewhere not.
  console.log('refused:', isOnly() || refusals.has('pthread_setaffinity_np ENOTSUP -95'), refusals.has('nothing was thrown'))
  await raise(thread, 'go')
  console.log(await pthread_join(thread))
}
