import {
  CPU_CLR,
  CPU_COUNT,
  CPU_ISSET,
  CPU_SET,
  CPU_ZERO,
  _SC_NPROCESSORS_CONF,
  _SC_NPROCESSORS_ONLN,
  gettid,
  nanosleep,
  pthread_getaffinity_np,
  pthread_self,
  pthread_setaffinity_np,
  sched_getaffinity,
  sched_getcpu,
  sched_setaffinity,
  sysconf,
  type CpuSet,
} from '@atoll/posix'

/** Visits every CPU from the depth of a stack, and sums up what it carries. */
async function tour(cpus: number[], depth: number): Promise<number> {
  if (depth > 0) return (await tour(cpus, depth - 1)) + depth
  let wrong = 0
  for (const cpu of cpus) {
    await sched_setaffinity(0, [cpu])
    if (sched_getcpu() !== cpu) wrong++
    await nanosleep(0)
    if (sched_getcpu() !== cpu) wrong++
  }
  return wrong
}

export async function main(): Promise<void> {
  const set: CpuSet = new Set()
  CPU_SET(3, set)
  CPU_SET(1, set)
  CPU_CLR(3, set)
  console.log(CPU_ISSET(1, set), CPU_ISSET(3, set), CPU_COUNT(set))
  CPU_ZERO(set)
  console.log(CPU_COUNT(set))

  const all = await sched_getaffinity(0)
  console.log('one per processor:', all.size === sysconf(_SC_NPROCESSORS_ONLN), all.size === sysconf(_SC_NPROCESSORS_CONF))
  console.log('I am on one:', all.has(sched_getcpu()))
  const cpus = [...all]
  console.log('ascending from 0:', cpus.every((cpu, i) => cpu === i))

  console.log('wrong places:', (await tour([...cpus, ...cpus.reverse()], 4)) - 10)
  const last = cpus[0] as number
  await pthread_setaffinity_np(pthread_self(), [last])
  console.log('restricted:', [...(await pthread_getaffinity_np(pthread_self()))].join() === String(last))
  await sched_setaffinity(gettid(), new Set([...cpus, 4000]))
  console.log('freed:', (await sched_getaffinity(gettid())).size === all.size)
}
