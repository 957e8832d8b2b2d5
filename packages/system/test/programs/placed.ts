import { pthread_create, pthread_join, sched_getcpu } from '@atoll/posix'

async function cpu(): Promise<number> {
  return sched_getcpu()
}

/** Prints the CPUs of its main thread, and of three threads that may go anywhere. */
export async function main(): Promise<number> {
  const threads = []
  for (let id = 0; id < 3; id++) threads.push(await pthread_create(null, cpu))
  const cpus = [sched_getcpu()]
  for (const thread of threads) cpus.push(await pthread_join<number>(thread))
  console.log(cpus.join(' '))
  return 0
}
