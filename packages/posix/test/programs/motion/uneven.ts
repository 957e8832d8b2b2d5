// All work begins on one kernel, and the others have never seen this process: threads that may go anywhere, threads that may not, and one that is pinned.
import { atoll, pthread_create, pthread_join, sched_getcpu, sched_setaffinity, sched_yield, type pthread_t } from '@atoll/posix'

async function work(kind: string): Promise<string> {
  if (kind === 'free') await sched_setaffinity(0, [0, 1, 2, 3]) // it is on one of them: stays, for now
  if (kind === 'pinned') atoll.pin()
  const begun = sched_getcpu()
  let moved = false
  for (let turn = 0; turn < 30_000; turn++) {
    if (sched_getcpu() !== begun) moved = true
    if (turn % 1000 === 999) await sched_yield()
  }
  return `${kind} ${moved ? 'moved' : 'stayed'}`
}

export async function main(): Promise<void> {
  const threads: pthread_t[] = []
  for (const kind of ['bound', 'free', 'pinned', 'free', 'bound', 'free', 'free']) {
    threads.push(await pthread_create({ cpus: [0] }, work, kind))
  }
  const ends: string[] = []
  for (const thread of threads) ends.push(await pthread_join<string>(thread))
  console.log(ends.filter((end) => end === 'free moved').length > 0 ? 'some went' : 'none went')
  console.log(ends.filter((end) => /(bound|pinned) moved/.test(end)).length, 'went that must not')
}
