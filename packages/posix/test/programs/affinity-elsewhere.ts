import {
  nanosleep,
  pthread_create,
  pthread_getaffinity_np,
  pthread_getname_np,
  pthread_join,
  pthread_self,
  pthread_setaffinity_np,
  sched_getaffinity,
  sched_getcpu,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'

/** Computes until it is told to stop. */
async function runs(): Promise<number> {
  let turns = 0
  for (;;) {
    for (let i = 0; i < 500; i++) turns++
    if ((await pthread_getname_np(pthread_self())) === 'stop') break
  }
  return turns % 500 === 0 ? sched_getcpu() : -1
}

async function sleeps(): Promise<number> {
  while ((await pthread_getname_np(pthread_self())) !== 'stop') await nanosleep(2)
  return sched_getcpu()
}

async function joins(): Promise<number> {
  const helper = await pthread_create(null, async () => awaitFlag(pthread_self(), 'stop'))
  await raise(pthread_self(), String(helper))
  await pthread_join(helper)
  return sched_getcpu()
}

/** The helper's number, once `joins` has named itself so. */
async function helperOf(thread: number): Promise<number> {
  for (;;) {
    const name = await pthread_getname_np(thread)
    if (name !== '') return Number(name)
    await nanosleep(1)
  }
}

export async function main(): Promise<void> {
  const cpus = [...(await sched_getaffinity(0))]
  const last = cpus[cpus.length - 1] as number
  const first = cpus[0] as number

  for (const routine of [runs, sleeps]) {
    const thread = await pthread_create(null, routine)
    for (const cpu of [first, last, first, last]) {
      await pthread_setaffinity_np(thread, [cpu])
      const set = await pthread_getaffinity_np(thread)
      if (set.size !== 1 || !set.has(cpu)) console.log('odd set:', set)
    }
    await raise(thread, 'stop')
    console.log(routine.name, 'where it was sent:', (await pthread_join(thread)) === last)
  }

  const joiner = await pthread_create(null, joins)
  const helper = await helperOf(joiner)
  for (const cpu of [last, first, last]) {
    await pthread_setaffinity_np(joiner, [cpu])
    await pthread_setaffinity_np(helper, [first])
  }
  await raise(helper, 'stop')
  console.log('joins where it was sent:', (await pthread_join(joiner)) === last)
  console.log('ended:', await refusal(() => pthread_setaffinity_np(joiner, [first])))
}
