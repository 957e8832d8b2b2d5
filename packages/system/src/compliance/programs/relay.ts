/* eslint-disable no-console -- a program's console is its output */
import { _SC_NPROCESSORS_ONLN, pthread_create, pthread_join, sched_yield, sysconf } from '@atoll/posix'

const ROUNDS = 60

/** Prints lines that have no place among the others'. */
async function chatter(): Promise<void> {
  for (let line = 0; line < ROUNDS; line++) {
    console.error('noise')
    await sched_yield()
  }
}

async function leg(round: number): Promise<void> {
  console.log(2 * round)
}

/** Prints 0, 1, 2, … Every line comes after the one before, though each second one is printed on another kernel. */
export async function main(): Promise<number> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  const chatterers = []
  for (let cpu = 0; cpu < cpus; cpu++) chatterers.push(await pthread_create({ cpus: [cpu] }, chatter))
  for (let round = 0; round < ROUNDS; round++) {
    await pthread_join(await pthread_create({ cpus: [round % cpus] }, leg, round))
    console.log(2 * round + 1)
  }
  for (const chatterer of chatterers) await pthread_join(chatterer)
  return 0
}
