// Policies, priorities and nice values: set, read, inherited, taken along; and what they mean on one kernel.
import {
  getpriority,
  getpid,
  nanosleep,
  nice,
  PRIO_PGRP,
  PRIO_PROCESS,
  pthread_attr_getinheritsched,
  pthread_attr_getschedparam,
  pthread_attr_getschedpolicy,
  pthread_attr_getscope,
  pthread_attr_init,
  pthread_attr_setinheritsched,
  pthread_attr_setschedparam,
  pthread_attr_setschedpolicy,
  pthread_attr_setscope,
  pthread_create,
  PTHREAD_EXPLICIT_SCHED,
  pthread_getschedparam,
  pthread_join,
  PTHREAD_SCOPE_PROCESS,
  PTHREAD_SCOPE_SYSTEM,
  pthread_self,
  pthread_setschedparam,
  pthread_setschedprio,
  sched_get_priority_max,
  sched_get_priority_min,
  sched_getaffinity,
  sched_getscheduler,
  SCHED_FIFO,
  SCHED_OTHER,
  SCHED_RR,
  sched_rr_get_interval,
  sched_setaffinity,
  sched_setscheduler,
  sched_yield,
  setpriority,
  type pthread_attr_t,
} from '@atoll/posix'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

const show = ({ policy, priority }: { policy: number; priority: number }): string => `${policy}/${priority}`
const own = async (): Promise<string> => show(await pthread_getschedparam(pthread_self()))

async function inherited(): Promise<string> {
  await wander()
  return own()
}

const created = async (attr: pthread_attr_t | null): Promise<string> =>
  pthread_join<string>(await pthread_create(attr, inherited))

async function attributes(): Promise<void> {
  const attr = pthread_attr_init()
  console.log('defaults:', pthread_attr_getschedpolicy(attr), pthread_attr_getschedparam(attr), pthread_attr_getinheritsched(attr))
  pthread_attr_setschedpolicy(attr, SCHED_RR)
  pthread_attr_setschedparam(attr, { priority: 7 })
  console.log('not explicit:', await created(attr))
  pthread_attr_setinheritsched(attr, PTHREAD_EXPLICIT_SCHED)
  console.log('explicit:', await created(attr))
  console.log('literal:', await created({ schedpolicy: SCHED_FIFO, priority: 3 }))
  console.log('lowest:', await created({ schedpolicy: SCHED_FIFO }))
  pthread_attr_setscope(attr, PTHREAD_SCOPE_SYSTEM)
  console.log('scope:', pthread_attr_getscope(attr))
  console.log(await refusal(() => pthread_attr_setscope(attr, PTHREAD_SCOPE_PROCESS)))
  console.log(await refusal(() => pthread_create({ schedpolicy: SCHED_OTHER, priority: 1 }, own)))
}

async function oneself(): Promise<void> {
  const me = pthread_self()
  console.log('begins:', await own(), await sched_getscheduler(0))
  console.log('was:', await sched_setscheduler(0, SCHED_RR, { priority: 5 }), 'is:', await own())
  console.log('taken along:', await inherited())
  console.log('inherited:', await created(null))
  await pthread_setschedprio(me, 9)
  console.log('raised:', await own(), await sched_rr_get_interval(0))
  await pthread_setschedparam(me, SCHED_FIFO, { priority: 1 })
  console.log('first in, first out:', await own(), await sched_rr_get_interval(0))
  console.log(await refusal(() => pthread_setschedprio(me, 100)))
  console.log(await refusal(() => pthread_setschedparam(me, 77, { priority: 1 })))
  console.log(await refusal(() => pthread_setschedparam(4_000_000_000, SCHED_RR, { priority: 1 })))
  console.log(await refusal(() => pthread_getschedparam(4_000_000_000)))
  await pthread_setschedparam(me, SCHED_OTHER, { priority: 0 })
  console.log('ranges:', [SCHED_OTHER, SCHED_FIFO, SCHED_RR].map((p) => [sched_get_priority_min(p), sched_get_priority_max(p)].join('-')).join())
}

/** Another thread, wherever it is. */
async function others(): Promise<void> {
  const waits = async (): Promise<string> => {
    while ((await pthread_getschedparam(pthread_self())).policy === SCHED_OTHER) await nanosleep(0.1)
    return own()
  }
  for (const cpu of await sched_getaffinity(0)) {
    if (cpu > 3) break
    const thread = await pthread_create({ cpus: [cpu] }, waits)
    const before = show(await pthread_getschedparam(thread))
    await pthread_setschedparam(thread, SCHED_RR, { priority: 10 + cpu })
    const is = await pthread_join<string>(thread)
    if (before !== '0/0' || is !== `2/${10 + cpu}`) console.log('wrong on', cpu, before, is)
  }
  console.log('others were set')
}

/** On one kernel: whoever is of a higher priority runs first, at once; others when it blocks, equals one after the other. */
async function order(): Promise<void> {
  const origin = Math.floor(getpid() / 2 ** 20) // the CPU where creating and joining take no message, which the caller would wait for
  await sched_setaffinity(0, [origin])
  await sched_setscheduler(0, SCHED_FIFO, { priority: 50 })
  const run = async (name: string): Promise<void> => {
    let turns = 0
    for (let turn = 0; turn < 1000; turn++) turns++
    console.log(name, turns)
  }
  const first = await pthread_create({ schedpolicy: SCHED_FIFO, priority: 10 }, run, 'first of 10')
  const second = await pthread_create({ schedpolicy: SCHED_FIFO, priority: 10 }, run, 'second of 10')
  const high = await pthread_create({ schedpolicy: SCHED_FIFO, priority: 60 }, run, 'high')
  console.log('creator')
  for (const thread of [high, first, second]) await pthread_join(thread)
  await sched_yield()
  await sched_setscheduler(0, SCHED_OTHER, { priority: 0 })
}

async function niceness(): Promise<void> {
  console.log('nice:', await getpriority(PRIO_PROCESS, 0), await nice(5), await nice(100), await getpriority(PRIO_PROCESS, getpid()))
  await wander()
  console.log('elsewhere:', await getpriority(PRIO_PROCESS, 0))
  await setpriority(PRIO_PROCESS, 0, -30)
  console.log('thread:', await pthread_join<number>(await pthread_create(null, () => getpriority(PRIO_PROCESS, 0))))
  await setpriority(PRIO_PROCESS, getpid(), 0)
  console.log(await refusal(() => getpriority(PRIO_PROCESS, 999_999)))
  console.log(await refusal(() => getpriority(PRIO_PGRP, 0)))
  console.log(await refusal(() => nice(0.5)))
}

export async function main(): Promise<void> {
  await attributes()
  await oneself()
  await others()
  await order()
  await niceness()
}
