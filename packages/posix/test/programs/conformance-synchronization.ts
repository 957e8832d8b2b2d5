import {
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  clock_gettime,
  free,
  load_i32,
  malloc,
  nanosleep,
  PTHREAD_CANCELED,
  pthread_cancel,
  pthread_cleanup_pop,
  pthread_cleanup_push,
  pthread_cond_broadcast,
  pthread_cond_destroy,
  pthread_cond_init,
  pthread_cond_signal,
  pthread_cond_timedwait,
  pthread_cond_wait,
  pthread_condattr_getclock,
  pthread_condattr_getpshared,
  pthread_condattr_init,
  pthread_condattr_setclock,
  pthread_condattr_setpshared,
  pthread_create,
  pthread_join,
  pthread_mutex_destroy,
  pthread_mutex_init,
  pthread_mutex_lock,
  pthread_mutex_timedlock,
  pthread_mutex_trylock,
  pthread_mutex_unlock,
  PTHREAD_MUTEX_DEFAULT,
  PTHREAD_MUTEX_ERRORCHECK,
  PTHREAD_MUTEX_NORMAL,
  PTHREAD_MUTEX_RECURSIVE,
  PTHREAD_MUTEX_STALLED,
  pthread_mutexattr_getprioceiling,
  pthread_mutexattr_getprotocol,
  pthread_mutexattr_getpshared,
  pthread_mutexattr_getrobust,
  pthread_mutexattr_gettype,
  pthread_mutexattr_init,
  pthread_mutexattr_setprioceiling,
  pthread_mutexattr_setprotocol,
  pthread_mutexattr_setpshared,
  pthread_mutexattr_settype,
  PTHREAD_PRIO_INHERIT,
  PTHREAD_PRIO_NONE,
  PTHREAD_PROCESS_PRIVATE,
  PTHREAD_PROCESS_SHARED,
  sched_yield,
  store_i32,
} from '@atoll/posix'
import { check, equal, refused } from './support/statements.js'
import { wander } from './support/wander.js'

/** Runs `routine` in a thread of its own, and gives its result. */
async function elsewhere<A, R>(routine: (argument: A) => Promise<R>, argument: A): Promise<R> {
  return (await pthread_join(await pthread_create(null, routine, argument))) as R
}

const soon = (): number => Date.now() + 5

async function tries(mutex: number): Promise<boolean> {
  await wander()
  const got = await pthread_mutex_trylock(mutex)
  if (got) await pthread_mutex_unlock(mutex)
  return got
}

async function unlocks(mutex: number): Promise<string> {
  try {
    await pthread_mutex_unlock(mutex)
    return 'unlocked'
  } catch (error) {
    return (error as { code: string }).code
  }
}

async function increments({ mutex, counter, times }: { mutex: number; counter: number; times: number }): Promise<void> {
  for (let i = 0; i < times; i++) {
    await pthread_mutex_lock(mutex)
    const before = await load_i32(counter)
    await sched_yield()
    await store_i32(counter, before + 1)
    await pthread_mutex_unlock(mutex)
    if (i % 3 === 0) await wander()
  }
}

/** A mutex, a condition variable, and two `i32`: how many wait, and how many may go on. */
interface Gate {
  readonly mutex: number
  readonly condition: number
  readonly state: number
}

async function gate(): Promise<Gate> {
  const state = await malloc(8)
  await store_i32(state, 0)
  await store_i32(state + 4, 0)
  return { mutex: pthread_mutex_init(), condition: pthread_cond_init(), state }
}

async function passes({ mutex, condition, state }: Gate): Promise<void> {
  await wander()
  await pthread_mutex_lock(mutex)
  await store_i32(state, (await load_i32(state)) + 1)
  while ((await load_i32(state + 4)) === 0) await pthread_cond_wait(condition, mutex)
  await store_i32(state + 4, (await load_i32(state + 4)) - 1)
  await pthread_mutex_unlock(mutex)
}

async function waiting({ mutex, state }: Gate, count: number): Promise<void> {
  for (;;) {
    await pthread_mutex_lock(mutex)
    const now = await load_i32(state)
    await pthread_mutex_unlock(mutex)
    if (now === count) return
    await nanosleep(1)
  }
}

async function close({ mutex, condition, state }: Gate): Promise<void> {
  await pthread_cond_destroy(condition)
  await pthread_mutex_destroy(mutex)
  await free(state)
}

async function waitsForEver({ mutex, condition, state }: Gate): Promise<void> {
  await pthread_mutex_lock(mutex)
  pthread_cleanup_push(async () => {
    await store_i32(state + 4, (await pthread_mutex_trylock(mutex)) ? 1 : 2)
    await pthread_mutex_unlock(mutex)
  }, null)
  await store_i32(state, 1)
  for (;;) await pthread_cond_wait(condition, mutex)
  // eslint-disable-next-line no-unreachable -- pairs with the push
  await pthread_cleanup_pop(true)
}

const statements = {
  'pthread_mutex_init: makes a mutex that is not locked': async () => {
    const mutex = pthread_mutex_init()
    equal(await pthread_mutex_trylock(mutex), true)
    await pthread_mutex_unlock(mutex)
  },
  'pthread_mutex_init: fails with EINVAL for what are not attributes': async () => {
    await refused('EINVAL', () => pthread_mutex_init({ type: 17 }))
    await refused('EINVAL', () => pthread_mutex_init({ kind: 1 } as object))
  },
  'pthread_mutex_lock: one thread at most holds a mutex, on whatever kernels they are': async () => {
    const mutex = pthread_mutex_init()
    const counter = await malloc(4)
    await store_i32(counter, 0)
    const threads = []
    for (let i = 0; i < 4; i++) threads.push(await pthread_create(null, increments, { mutex, counter, times: 9 }))
    for (const thread of threads) await pthread_join(thread)
    equal(await load_i32(counter), 36)
    await pthread_mutex_destroy(mutex)
    await free(counter)
  },
  'pthread_mutex_lock: a thread that holds an error-checking mutex gets EDEADLK': async () => {
    const mutex = pthread_mutex_init({ type: PTHREAD_MUTEX_ERRORCHECK })
    await pthread_mutex_lock(mutex)
    await wander()
    await refused('EDEADLK', () => pthread_mutex_lock(mutex))
    await pthread_mutex_unlock(mutex)
  },
  'pthread_mutex_lock: a recursive mutex is free after as many unlocks': async () => {
    const mutex = pthread_mutex_init({ type: PTHREAD_MUTEX_RECURSIVE })
    await pthread_mutex_lock(mutex)
    await wander()
    await pthread_mutex_lock(mutex)
    await pthread_mutex_unlock(mutex)
    equal(await elsewhere(tries, mutex), false)
    await wander()
    await pthread_mutex_unlock(mutex)
    equal(await elsewhere(tries, mutex), true)
  },
  'pthread_mutex_lock: fails with EINVAL for what is not a mutex, or is none any more': async () => {
    await refused('EINVAL', () => pthread_mutex_lock(-1))
    await refused('EINVAL', () => pthread_mutex_lock(3 * 2 ** 40))
    const mutex = pthread_mutex_init()
    await pthread_mutex_destroy(mutex)
    await wander()
    await refused('EINVAL', () => pthread_mutex_lock(mutex))
  },
  'pthread_mutex_trylock: is false while another thread holds the mutex': async () => {
    const mutex = pthread_mutex_init()
    await pthread_mutex_lock(mutex)
    equal(await elsewhere(tries, mutex), false)
    await pthread_mutex_unlock(mutex)
    equal(await elsewhere(tries, mutex), true)
  },
  'pthread_mutex_trylock: is false for the thread itself, unless the mutex is recursive': async () => {
    for (const type of [PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_RECURSIVE]) {
      const mutex = pthread_mutex_init({ type })
      await pthread_mutex_lock(mutex)
      equal(await pthread_mutex_trylock(mutex), type === PTHREAD_MUTEX_RECURSIVE)
      if (type === PTHREAD_MUTEX_RECURSIVE) await pthread_mutex_unlock(mutex)
      await pthread_mutex_unlock(mutex)
    }
  },
  'pthread_mutex_timedlock: is false when the time has come and the mutex is held': async () => {
    const mutex = pthread_mutex_init()
    await pthread_mutex_lock(mutex)
    equal(await elsewhere((held: number) => pthread_mutex_timedlock(held, soon()), mutex), false)
    await pthread_mutex_unlock(mutex)
  },
  'pthread_mutex_timedlock: a mutex that can be had at once is had, whatever the time': async () => {
    const mutex = pthread_mutex_init()
    await wander()
    equal(await pthread_mutex_timedlock(mutex, 0), true)
    await pthread_mutex_unlock(mutex)
  },
  'pthread_mutex_timedlock: fails with EINVAL for what is not a time': async () => {
    const mutex = pthread_mutex_init()
    await refused('EINVAL', () => pthread_mutex_timedlock(mutex, { sec: 0, nsec: 1e9 }))
  },
  'pthread_mutex_unlock: a thread that does not hold the mutex gets EPERM': async () => {
    for (const type of [PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_RECURSIVE]) {
      const mutex = pthread_mutex_init({ type })
      await refused('EPERM', () => pthread_mutex_unlock(mutex))
      await pthread_mutex_lock(mutex)
      equal(await elsewhere(unlocks, mutex), 'EPERM')
      await pthread_mutex_unlock(mutex)
    }
  },
  'pthread_mutex_unlock: its owner may have moved': async () => {
    const mutex = pthread_mutex_init()
    await pthread_mutex_lock(mutex)
    await wander()
    await pthread_mutex_unlock(mutex)
    equal(await elsewhere(tries, mutex), true)
  },
  'pthread_mutex_destroy: fails with EBUSY while the mutex is held, on whatever kernel': async () => {
    const mutex = pthread_mutex_init()
    await wander()
    await pthread_mutex_lock(mutex)
    await refused('EBUSY', () => pthread_mutex_destroy(mutex))
    await pthread_mutex_unlock(mutex)
    await pthread_mutex_destroy(mutex)
  },
  'pthread_mutex_destroy: fails with EINVAL for what is not a mutex': async () => {
    await refused('EINVAL', () => pthread_mutex_destroy(0))
  },
  'pthread_mutexattr_settype: is what pthread_mutexattr_gettype gives, at first PTHREAD_MUTEX_DEFAULT': async () => {
    const attr = pthread_mutexattr_init()
    equal(pthread_mutexattr_gettype(attr), PTHREAD_MUTEX_DEFAULT)
    pthread_mutexattr_settype(attr, PTHREAD_MUTEX_RECURSIVE)
    equal(pthread_mutexattr_gettype(attr), PTHREAD_MUTEX_RECURSIVE)
    await refused('EINVAL', () => pthread_mutexattr_settype(attr, 3))
  },
  'pthread_mutexattr_setpshared: is private at first, and can be shared': async () => {
    const attr = pthread_mutexattr_init()
    equal(pthread_mutexattr_getpshared(attr), PTHREAD_PROCESS_PRIVATE)
    pthread_mutexattr_setpshared(attr, PTHREAD_PROCESS_SHARED)
    equal(pthread_mutexattr_getpshared(attr), PTHREAD_PROCESS_SHARED)
    await pthread_mutex_destroy(pthread_mutex_init(attr))
  },
  'pthread_mutexattr_setprotocol: keeps what it is told, and so do the priority ceiling and the robustness': async () => {
    const attr = pthread_mutexattr_init()
    equal(pthread_mutexattr_getprotocol(attr), PTHREAD_PRIO_NONE)
    equal(pthread_mutexattr_getrobust(attr), PTHREAD_MUTEX_STALLED)
    pthread_mutexattr_setprotocol(attr, PTHREAD_PRIO_INHERIT)
    pthread_mutexattr_setprioceiling(attr, 7)
    equal(pthread_mutexattr_getprotocol(attr), PTHREAD_PRIO_INHERIT)
    equal(pthread_mutexattr_getprioceiling(attr), 7)
    await refused('EINVAL', () => pthread_mutexattr_setprioceiling(attr, 100))
  },
  'pthread_cond_wait: waits until a signal, and has the mutex then': async () => {
    const door = await gate()
    const thread = await pthread_create(null, passes, door)
    await waiting(door, 1)
    await pthread_mutex_lock(door.mutex)
    await store_i32(door.state + 4, 1)
    await pthread_cond_signal(door.condition)
    await pthread_mutex_unlock(door.mutex)
    await pthread_join(thread)
    equal(await load_i32(door.state + 4), 0)
    await close(door)
  },
  'pthread_cond_wait: a thread that does not hold the mutex gets EPERM, and does not wait': async () => {
    const { mutex, condition } = await gate()
    await refused('EPERM', () => pthread_cond_wait(condition, mutex))
    await pthread_cond_destroy(condition)
  },
  'pthread_cond_wait: is a cancellation point, whose cleanup handlers run with the mutex held': async () => {
    const door = await gate()
    const thread = await pthread_create(null, waitsForEver, door)
    await waiting(door, 1)
    await pthread_cancel(thread)
    equal(await pthread_join(thread), PTHREAD_CANCELED)
    equal(await load_i32(door.state + 4), 2)
    await close(door)
  },
  'pthread_cond_wait: fails with EINVAL for what is not a condition variable': async () => {
    const mutex = pthread_mutex_init()
    await pthread_mutex_lock(mutex)
    await refused('EINVAL', () => pthread_cond_wait(7, mutex))
    await pthread_mutex_unlock(mutex)
  },
  'pthread_cond_timedwait: is false when the time has come, and has the mutex': async () => {
    const { mutex, condition } = await gate()
    await pthread_mutex_lock(mutex)
    equal(await pthread_cond_timedwait(condition, mutex, soon()), false)
    equal(await elsewhere(tries, mutex), false)
    await wander()
    equal(await pthread_cond_timedwait(condition, mutex, 0), false)
    await pthread_mutex_unlock(mutex)
  },
  'pthread_cond_timedwait: its time is on the clock of the condition variable': async () => {
    const mutex = pthread_mutex_init()
    const condition = pthread_cond_init({ clock: CLOCK_MONOTONIC })
    await pthread_mutex_lock(mutex)
    equal(await pthread_cond_timedwait(condition, mutex, clock_gettime(CLOCK_MONOTONIC)), false)
    await pthread_mutex_unlock(mutex)
  },
  'pthread_cond_signal: without a waiter it is not remembered': async () => {
    const { mutex, condition } = await gate()
    await pthread_cond_signal(condition)
    await pthread_mutex_lock(mutex)
    equal(await pthread_cond_timedwait(condition, mutex, soon()), false)
    await pthread_mutex_unlock(mutex)
  },
  'pthread_cond_broadcast: wakes all that wait': async () => {
    const door = await gate()
    const threads = []
    for (let i = 0; i < 4; i++) threads.push(await pthread_create(null, passes, door))
    await waiting(door, 4)
    await pthread_mutex_lock(door.mutex)
    await store_i32(door.state + 4, 4)
    await pthread_cond_broadcast(door.condition)
    await pthread_mutex_unlock(door.mutex)
    for (const thread of threads) await pthread_join(thread)
    await close(door)
  },
  'pthread_cond_destroy: fails with EBUSY while threads wait': async () => {
    const door = await gate()
    const thread = await pthread_create(null, passes, door)
    await waiting(door, 1)
    await refused('EBUSY', () => pthread_cond_destroy(door.condition))
    await pthread_mutex_lock(door.mutex)
    await store_i32(door.state + 4, 1)
    await pthread_mutex_unlock(door.mutex)
    await pthread_cond_broadcast(door.condition)
    await pthread_join(thread)
    await close(door)
  },
  'pthread_condattr_setclock: is what pthread_condattr_getclock gives, at first CLOCK_REALTIME': async () => {
    const attr = pthread_condattr_init()
    equal(pthread_condattr_getclock(attr), CLOCK_REALTIME)
    pthread_condattr_setclock(attr, CLOCK_MONOTONIC)
    equal(pthread_condattr_getclock(attr), CLOCK_MONOTONIC)
    await refused('EINVAL', () => pthread_condattr_setclock(attr, 9))
    equal(pthread_condattr_getpshared(attr), PTHREAD_PROCESS_PRIVATE)
    pthread_condattr_setpshared(attr, PTHREAD_PROCESS_SHARED)
    await pthread_cond_destroy(pthread_cond_init(attr))
  },
}

export const main = (argv: string[]): Promise<number> => check(statements, argv)
