import {
  CPU_COUNT,
  CPU_ISSET,
  PTHREAD_CREATE_DETACHED,
  PTHREAD_CREATE_JOINABLE,
  PTHREAD_STACK_MIN,
  pthread_attr_destroy,
  pthread_attr_getaffinity_np,
  pthread_attr_getdetachstate,
  pthread_attr_getstacksize,
  pthread_attr_init,
  pthread_attr_setaffinity_np,
  pthread_attr_setdetachstate,
  pthread_attr_setstacksize,
  pthread_create,
  pthread_getaffinity_np,
  pthread_getname_np,
  pthread_join,
  pthread_self,
  pthread_setname_np,
  sched_getaffinity,
  sched_getcpu,
  sched_yield,
  type CpuSet,
} from '@atoll/posix'
import { wander } from './support/wander.js'

async function name(): Promise<string> {
  await wander()
  return pthread_getname_np(pthread_self())
}

/** Is the thread where it may be, all the time? */
async function stays(cpus: readonly number[]): Promise<boolean> {
  for (let turn = 0; turn < 50; turn++) {
    if (!cpus.includes(sched_getcpu())) return false
    await sched_yield()
    await pthread_getname_np(pthread_self())
  }
  return true
}

const affinity = async (): Promise<number[]> => [...(await pthread_getaffinity_np(pthread_self()))]

async function inherits(): Promise<number[]> {
  return pthread_join(await pthread_create(null, affinity))
}

export async function main(): Promise<void> {
  const attr = pthread_attr_init()
  console.log('defaults:', pthread_attr_getdetachstate(attr) === PTHREAD_CREATE_JOINABLE, pthread_attr_getaffinity_np(attr))
  console.log('stack:', pthread_attr_getstacksize(attr))

  pthread_attr_setdetachstate(attr, PTHREAD_CREATE_DETACHED)
  pthread_attr_setaffinity_np(attr, [2, 0, 2])
  pthread_attr_setstacksize(attr, PTHREAD_STACK_MIN)
  const cpus = pthread_attr_getaffinity_np(attr) as CpuSet
  console.log('set:', pthread_attr_getdetachstate(attr), [...cpus], pthread_attr_getstacksize(attr))
  console.log(CPU_COUNT(cpus), CPU_ISSET(2, cpus), CPU_ISSET(1, cpus))
  pthread_attr_destroy(attr)
  console.log('destroyed:', attr)

  console.log('named:', await pthread_join(await pthread_create({ name: 'fifteen bytes__' }, name)))
  console.log('unnamed:', JSON.stringify(await pthread_join(await pthread_create(null, name))))
  await pthread_setname_np(pthread_self(), 'ünï')
  console.log('renamed:', await name())

  const online = [...(await sched_getaffinity(0))]
  const last = online[online.length - 1] as number
  console.log('on one CPU:', await pthread_join(await pthread_create({ cpus: [last, 4000] }, stays, [last])))
  const pinned = await pthread_create({ cpus: new Set([last]) }, inherits)
  console.log('inherited:', (await pthread_join<number[]>(pinned)).join() === String(last))
  const literal = await pthread_create({ detached: false, cpus: online, name: 'all', stacksize: 65536 }, affinity)
  console.log('all CPUs:', (await pthread_join<number[]>(literal)).join() === online.join())
}
