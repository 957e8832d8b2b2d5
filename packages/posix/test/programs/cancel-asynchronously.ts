import {
  nanosleep,
  pthread_cancel,
  PTHREAD_CANCEL_ASYNCHRONOUS,
  PTHREAD_CANCEL_DEFERRED,
  PTHREAD_CANCEL_DISABLE,
  PTHREAD_CANCEL_ENABLE,
  pthread_cleanup_push,
  pthread_create,
  pthread_join,
  pthread_self,
  pthread_setcancelstate,
  pthread_setcanceltype,
  sched_yield,
  type pthread_t,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

async function begin(): Promise<void> {
  console.log('deferred before:', pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS) === PTHREAD_CANCEL_DEFERRED)
  await raise(pthread_self(), 'ready')
}

/** Has no `await` in its loop. */
async function looping(): Promise<void> {
  pthread_cleanup_push((what) => {
    console.log('handler', what)
  }, 'of the loop')
  try {
    await begin()
    for (let turns = 0; ; turns++);
  } finally {
    await wander()
    console.log('finally after a loop')
  }
}

const step = async (n: number): Promise<number> => n + 1

/** Awaits what is no cancellation point. */
async function stepping(): Promise<void> {
  await begin()
  for (let n = 0; ; ) n = await step(n)
}

async function yielding(): Promise<void> {
  await begin()
  for (;;) await sched_yield()
}

async function sleeping(): Promise<void> {
  await begin()
  await nanosleep(3_600_000)
}

function* endlessly(): Generator<number> {
  try {
    for (let n = 0; ; n++) yield n
  } finally {
    console.log('finally of a generator')
  }
}

async function* endlesslyLater(): AsyncGenerator<number> {
  try {
    for (let n = 0; ; n++) yield n
  } finally {
    await wander()
    console.log('finally of an async generator')
  }
}

/** What strikes between two turns closes the iterator, in the order of leaving. */
async function iterating(): Promise<void> {
  try {
    await begin()
    for (const n of endlessly()) if (n < 0) return
  } finally {
    console.log('finally around the loop')
  }
}

async function iteratingLater(): Promise<void> {
  try {
    await begin()
    for await (const n of endlesslyLater()) if (n < 0) return
  } finally {
    console.log('finally around the async loop')
  }
}

/** A request that is pending is acted upon when that is allowed. */
async function pending(how: 'state' | 'type'): Promise<void> {
  if (how === 'state') {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE)
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS)
  }
  await pthread_cancel(pthread_self())
  await sched_yield()
  console.log('pending')
  try {
    if (how === 'state') pthread_setcancelstate(PTHREAD_CANCEL_ENABLE)
    else pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS)
    console.log('not reached')
  } finally {
    console.log('finally at once')
  }
}

async function itself(): Promise<void> {
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS)
  await pthread_cancel(pthread_self())
  console.log('not reached')
}

async function end(thread: pthread_t): Promise<void> {
  await awaitFlag(thread, 'ready')
  await pthread_cancel(thread)
  console.log(String(await pthread_join(thread)))
}

export async function main(): Promise<void> {
  for (const routine of [looping, stepping, yielding, sleeping, iterating, iteratingLater]) await end(await pthread_create(null, routine))
  for (const how of ['state', 'type'] as const) {
    console.log(String(await pthread_join(await pthread_create(null, pending, how))))
  }
  console.log(String(await pthread_join(await pthread_create(null, itself))))
  console.log(await refusal(() => pthread_setcanceltype(-1)))
}
