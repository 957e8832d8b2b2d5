import {
  nanosleep,
  pthread_cancel,
  pthread_cleanup_push,
  PTHREAD_CANCELED,
  pthread_create,
  pthread_getname_np,
  pthread_join,
  pthread_self,
  pthread_setaffinity_np,
  pthread_setname_np,
  PosixError,
  sched_getaffinity,
  type pthread_t,
} from '@atoll/posix'

const STOP = 'stop'
const UNWOUND = 'unwound'

const randomMs = (): number => Math.random() * 3

/** Sleeps until it is told to stop, or is cancelled; each sleep ends once. */
async function sleeper(): Promise<string> {
  let [sleeps, wakes, unwinds] = [0, 0, 0]
  pthread_cleanup_push(async () => {
    await nanosleep(0.1)
    if (sleeps - wakes !== 1 || unwinds !== 1) throw new Error(`${sleeps} sleeps, ${wakes} wakes, ${unwinds} unwinds`)
  })
  try {
    while ((await pthread_getname_np(pthread_self())) !== STOP) {
      sleeps++
      await nanosleep(randomMs() / 3)
      wakes++
    }
  } finally {
    unwinds++
  }
  return 'slept'
}

/** Joins a thread, unless it is cancelled before. */
async function joiner(target: pthread_t): Promise<unknown> {
  try {
    return await pthread_join(target)
  } finally {
    await pthread_setname_np(pthread_self(), UNWOUND) // is not cancelled again
  }
}

/** Pushes threads from CPU to CPU, as long as they are there. */
async function pusher({ targets, rounds }: { targets: pthread_t[]; rounds: number }): Promise<void> {
  const cpus = [...(await sched_getaffinity(0))]
  for (let round = 0; round < rounds; round++) {
    for (const [i, target] of targets.entries()) {
      await ifItLives(pthread_setaffinity_np(target, [cpus[(round + i) % cpus.length] as number]))
    }
  }
}

async function canceller(target: pthread_t): Promise<void> {
  await nanosleep(randomMs())
  await ifItLives(pthread_cancel(target))
}

async function stopper(target: pthread_t): Promise<void> {
  await nanosleep(randomMs())
  await ifItLives(pthread_setname_np(target, STOP))
}

async function ifItLives(call: Promise<void>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof PosixError && error.code === 'ESRCH')) throw error
  }
}

/** What joining the thread gives; `null`: there is none. */
async function outcome(thread: pthread_t): Promise<unknown> {
  try {
    return await pthread_join(thread)
  } catch (error) {
    if (error instanceof PosixError && error.code === 'ESRCH') return null
    throw error
  }
}

/**
 * Sleepers, threads that wait for these, and threads that move both kinds; at the same time waiters are cancelled and sleepers are told to
 * stop, or are cancelled. Either the waiter has the sleeper's outcome, or it was cancelled and the outcome is still there.
 */
export async function main([, pairs = '4', rounds = '3']: string[]): Promise<number> {
  const all: { sleeping: pthread_t; joining: pthread_t }[] = []
  for (let i = 0; i < Number(pairs); i++) {
    const sleeping = await pthread_create(null, sleeper)
    all.push({ sleeping, joining: await pthread_create(null, joiner, sleeping) })
  }
  const targets = all.flatMap(({ sleeping, joining }) => [sleeping, joining])
  const others = [await pthread_create(null, pusher, { targets, rounds: Number(rounds) })]
  for (const [i, { sleeping, joining }] of all.entries()) {
    others.push(await pthread_create(null, canceller, joining))
    others.push(await pthread_create(null, i % 2 === 0 ? stopper : canceller, sleeping))
  }
  let [cancelled, joined, wrong] = [0, 0, 0]
  for (const [i, { sleeping, joining }] of all.entries()) {
    const result = await pthread_join(joining)
    const left = await outcome(sleeping)
    const expected = i % 2 === 0 ? 'slept' : PTHREAD_CANCELED
    // A waiter's own cancellation and the outcome of a cancelled sleeper look the same: what is left tells.
    if (left !== null) cancelled++
    else joined++
    if (left === null ? result !== expected : left !== expected || result !== PTHREAD_CANCELED) wrong++
  }
  for (const thread of others) await pthread_join(thread)
  console.log(`${cancelled} cancelled, ${joined} joined, ${wrong} wrong`)
  return wrong
}
