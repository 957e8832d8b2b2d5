import {
  nanosleep,
  pthread_create,
  pthread_getaffinity_np,
  pthread_getname_np,
  pthread_join,
  pthread_self,
  pthread_setaffinity_np,
  pthread_setname_np,
  sched_getcpu,
  sched_setaffinity,
  type pthread_t,
} from '@atoll/posix'

/** Goes back and forth by itself, until it is told to stop: where it is then. */
async function walker(rounds: number): Promise<number> {
  for (let i = 0; i < rounds; i++) await sched_setaffinity(0, [i % 3])
  await pthread_setname_np(pthread_self(), 'through')
  while ((await pthread_getname_np(pthread_self())) !== 'stop') await nanosleep(1)
  return sched_getcpu()
}

async function puller({ target, rounds }: { target: pthread_t; rounds: number }): Promise<void> {
  for (let i = 0; i < rounds; i++) await pthread_setaffinity_np(target, [(i + 1) % 3])
}

/** A thread that moves itself while others move it: prints `as restricted` if it ends up on the CPU of its last affinity. */
export async function main([, rounds = '10']: string[]): Promise<void> {
  const target = await pthread_create({ cpus: [1] }, walker, Number(rounds))
  const pullers: pthread_t[] = []
  for (let i = 0; i < 2; i++) pullers.push(await pthread_create(null, puller, { target, rounds: Number(rounds) }))
  for (const each of pullers) await pthread_join(each)
  while ((await pthread_getname_np(target)) !== 'through') await nanosleep(1)
  await nanosleep(20)
  const cpus = [...(await pthread_getaffinity_np(target))]
  await pthread_setname_np(target, 'stop')
  const cpu = await pthread_join<number>(target)
  console.log(cpus.join() === String(cpu) ? 'as restricted' : `on ${cpu}, restricted to ${cpus.join()}`)
}
