import {
  nanosleep,
  pthread_cancel,
  PTHREAD_CANCEL_DISABLE,
  PTHREAD_CANCEL_ENABLE,
  pthread_cleanup_push,
  pthread_create,
  pthread_join,
  pthread_self,
  pthread_setcancelstate,
  type pthread_t,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { wander } from './support/wander.js'

const HOUR_MS = 3_600_000

/** A call that is not directly awaited: a stack of its own. */
async function branch(name: string, log: string[]): Promise<void> {
  pthread_cleanup_push(() => log.push(`handler of ${name}`))
  try {
    await nanosleep(HOUR_MS)
    log.push('not reached')
  } catch {
    log.push('a catch saw the cancellation')
  } finally {
    await nanosleep(1)
    await wander()
    log.push(`finally of ${name}`)
  }
}

async function all(): Promise<void> {
  const log: string[] = []
  pthread_cleanup_push(() => {
    console.log(log.sort().join(', ')) // all other stacks have ended by now
  })
  const branches = [branch('one', log), branch('two', log)]
  await raise(pthread_self(), 'ready')
  await Promise.all(branches)
}

async function one(): Promise<void> {
  const log: string[] = []
  const running = branch('a stack', log)
  await raise(pthread_self(), 'ready')
  try {
    await running
  } finally {
    console.log('finally of the main stack')
    try {
      await running // it is unwound, too, so this goes on unwinding
      console.log('not reached')
    } finally {
      console.log(log)
    }
  }
}

/** What a `finally` block starts is not cancelled. */
async function starting(): Promise<void> {
  await raise(pthread_self(), 'ready')
  try {
    await nanosleep(HOUR_MS)
  } finally {
    const pause = async (ms: number): Promise<number> => {
      await nanosleep(ms)
      return ms
    }
    const [a, b] = [pause(1), pause(2)]
    console.log([await a, await b])
  }
}

/** Another stack of the thread enables cancellation, while the main one waits at a cancellation point. */
async function enabling(): Promise<void> {
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE)
  const other = (async () => {
    await raise(pthread_self(), 'ready')
    await awaitFlag(pthread_self(), 'cancelled')
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE)
    console.log('enabled')
  })()
  try {
    await nanosleep(HOUR_MS)
  } finally {
    await other
    console.log('finally')
  }
}

async function end(thread: pthread_t): Promise<void> {
  await awaitFlag(thread, 'ready')
  await pthread_cancel(thread)
  await raise(thread, 'cancelled').catch(() => undefined) // it may have ended
  console.log(String(await pthread_join(thread)))
}

export async function main(): Promise<void> {
  for (const routine of [all, one, starting, enabling]) await end(await pthread_create(null, routine))
}
