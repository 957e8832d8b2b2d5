import {
  nanosleep,
  pthread_create,
  pthread_getname_np,
  pthread_join,
  pthread_self,
  pthread_setaffinity_np,
  pthread_setname_np,
  sched_getaffinity,
  type pthread_t,
} from '@atoll/posix'

const STOP = 'stop'

interface Slept {
  sleeps: number
  wakes: number
}

/** Sleeps and sleeps, until it is told to stop; each sleep ends once. */
async function sleeper(): Promise<Slept> {
  const slept: Slept = { sleeps: 0, wakes: 0 }
  while ((await pthread_getname_np(pthread_self())) !== STOP) {
    slept.sleeps++
    await nanosleep(slept.sleeps % 3 === 0 ? 2 : 0.2)
    slept.wakes++
  }
  return slept
}

/** Joins a thread once, and says with what. */
async function joiner(target: pthread_t): Promise<{ joins: number; slept: Slept }> {
  let joins = 0
  try {
    const slept = await pthread_join<Slept>(target)
    joins++
    return { joins, slept }
  } finally {
    joins++
  }
}

/** Pushes blocked threads from CPU to CPU. */
async function pusher({ targets, rounds }: { targets: pthread_t[]; rounds: number }): Promise<number> {
  const cpus = [...(await sched_getaffinity(0))]
  let pushes = 0
  for (let round = 0; round < rounds; round++) {
    for (const [i, target] of targets.entries()) {
      await pthread_setaffinity_np(target, [cpus[(round + i) % cpus.length] as number])
      pushes++
    }
  }
  return pushes
}

/** Threads that sleep, threads that wait for these, and threads that move both kinds: all results must be there, once. */
export async function main([, rounds = '50', pairs = '2', pushers = '2']: string[]): Promise<number> {
  const sleepers: pthread_t[] = []
  const joiners: pthread_t[] = []
  for (let i = 0; i < Number(pairs); i++) {
    const target = await pthread_create(null, sleeper)
    sleepers.push(target)
    joiners.push(await pthread_create(null, joiner, target))
  }
  const targets = [...sleepers, ...joiners]
  const pushing = []
  for (let i = 0; i < Number(pushers); i++) {
    pushing.push(await pthread_create(null, pusher, { targets, rounds: Number(rounds) }))
  }
  let pushes = 0
  for (const thread of pushing) pushes += await pthread_join<number>(thread)
  for (const thread of sleepers) await pthread_setname_np(thread, STOP)
  let wrong = 0
  for (const thread of joiners) {
    const { joins, slept } = await pthread_join<{ joins: number; slept: Slept }>(thread)
    if (joins !== 1 || slept.wakes !== slept.sleeps) wrong++
  }
  console.log(`${pushes} pushes, ${wrong} wrong`)
  return wrong
}
