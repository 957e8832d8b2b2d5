import {
  CLOCK_MONOTONIC,
  PTHREAD_STACK_MIN,
  atexit,
  atoll,
  clock_getres,
  clock_gettime,
  clock_nanosleep,
  nanosleep,
  pthread_attr_init,
  pthread_attr_setaffinity_np,
  pthread_attr_setdetachstate,
  pthread_attr_setstacksize,
  pthread_create,
  pthread_detach,
  pthread_exit,
  pthread_getaffinity_np,
  pthread_getname_np,
  pthread_getspecific,
  pthread_join,
  pthread_key_create,
  pthread_key_delete,
  pthread_once,
  pthread_once_init,
  pthread_self,
  pthread_setaffinity_np,
  pthread_setname_np,
  pthread_setspecific,
  sched_getaffinity,
  sched_setaffinity,
  sleep,
  sysconf,
  usleep,
} from '@atoll/posix'
import { awaitFlag, raise } from './support/flag.js'
import { refusal } from './support/refusal.js'

/** A number that no thread has, and what no handle can be. */
const NOBODY = 777_777
const odd = (value: unknown): never => value as never

const nothing = (): void => undefined

async function check(name: string, attempts: readonly (() => unknown)[]): Promise<void> {
  const answers = []
  for (const attempt of attempts) answers.push(await refusal(attempt))
  console.log(`${name}:\n  ${answers.join('\n  ')}`)
}

async function parked(): Promise<void> {
  await awaitFlag(pthread_self(), 'go')
}

async function joins(target: number): Promise<string> {
  return refusal(() => pthread_join(target))
}

/** Two threads that join each other: the second to do so is refused, whichever it is. */
async function mutual(main: number): Promise<string> {
  return refusal(() => pthread_join(main))
}

async function threads(): Promise<void> {
  const weak = new WeakMap()
  await check('create', [
    () => pthread_create(null, odd('routine')),
    () => pthread_create(odd(5), nothing),
    () => pthread_create(odd({ colour: 'red' }), nothing),
    () => pthread_create(odd({ schedpolicy: 1, priority: 300 }), nothing),
    () => pthread_create({ cpus: [] }, nothing),
    () => pthread_create({ cpus: [-1] }, nothing),
    () => pthread_create({ cpus: odd(3) }, nothing),
    () => pthread_create({ cpus: [4000] }, nothing),
    () => pthread_create({ name: 'longer than fifteen' }, nothing),
    () => pthread_create({ name: odd(7) }, nothing),
    () => pthread_create(null, nothing, weak),
  ])
  const joined = await pthread_create(null, nothing)
  await pthread_join(joined)
  const waiting = await pthread_create(null, parked)
  const detached = await pthread_create({ detached: true }, parked)
  const first = await pthread_create(null, joins, waiting)
  const second = await pthread_create(null, joins, waiting)
  await check('join', [
    () => pthread_join(odd('x')),
    () => pthread_join(-1),
    () => pthread_join(1.5),
    () => pthread_join(NOBODY),
    () => pthread_join(joined),
    () => pthread_join(pthread_self()),
    () => pthread_join(detached),
  ])
  await check('detach', [
    () => pthread_detach(odd(null)),
    () => pthread_detach(NOBODY),
    () => pthread_detach(joined),
    () => pthread_detach(detached),
  ])
  await check('names', [
    () => pthread_setname_np(pthread_self(), 'longer than fifteen'),
    () => pthread_setname_np(pthread_self(), odd(undefined)),
    () => pthread_setname_np(NOBODY, 'x'),
    () => pthread_getname_np(NOBODY),
    () => pthread_getname_np(odd({})),
  ])
  await raise(waiting, 'go')
  await raise(detached, 'go')
  // One of the two has joined it; the other was refused, or came when it was gone.
  const outcomes = [await pthread_join<string>(first), await pthread_join<string>(second)]
  console.log('two joiners:', outcomes.filter((outcome) => outcome === 'nothing was thrown').length)
  const other = await pthread_create(null, mutual, pthread_self())
  let answer = 'main was not refused'
  const refused = await refusal(async () => (answer = await pthread_join<string>(other)))
  if (refused !== 'nothing was thrown') answer = refused
  console.log('each other:', answer)
  await check('exit', [() => (async () => pthread_exit())()])
}

export async function main(): Promise<void> {
  await threads()
  await check('affinity', [
    () => sched_setaffinity(0, []),
    () => sched_setaffinity(0, [4000]),
    () => sched_setaffinity(0, odd(null)),
    () => sched_setaffinity(0, ['0'] as never),
    () => sched_setaffinity(NOBODY, [0]),
    () => sched_getaffinity(NOBODY),
    () => sched_getaffinity(-2),
    () => pthread_setaffinity_np(pthread_self(), [4000]),
    () => pthread_setaffinity_np(NOBODY, [0]),
    () => pthread_setaffinity_np(odd('x'), [0]),
    () => pthread_getaffinity_np(NOBODY),
  ])
  const attr = pthread_attr_init()
  await check('attributes', [
    () => pthread_attr_setdetachstate(attr, 2),
    () => pthread_attr_setaffinity_np(attr, []),
    () => pthread_attr_setstacksize(attr, PTHREAD_STACK_MIN - 1),
    () => pthread_attr_setstacksize(attr, NaN),
  ])
  await check('once', [
    () => pthread_once(odd('x'), nothing),
    () => pthread_once(-1, nothing),
    () => pthread_once(pthread_once_init(), odd(null)),
  ])
  await check('keys', [
    () => pthread_setspecific(-1, 1),
    () => pthread_setspecific(odd('x'), 1),
    () => pthread_key_delete(1.5),
    () => pthread_getspecific(-1) ?? 'undefined',
    createKeysForEver,
  ])
  await check('time', [
    () => clock_gettime(99),
    () => clock_getres(99),
    () => nanosleep(-1),
    () => nanosleep(NaN),
    () => nanosleep(Infinity),
    () => nanosleep({ sec: 0, nsec: 1_000_000_000 }),
    () => nanosleep({ sec: -1, nsec: 0 }),
    () => nanosleep(odd(undefined)),
    () => clock_nanosleep(99, 0, 1),
    () => clock_nanosleep(CLOCK_MONOTONIC, 0, -1),
    () => sleep(-1),
    () => sleep(0.5),
    () => usleep(-1),
  ])
  await check('the rest', [
    () => sysconf(-5),
    () => atexit(odd('handler')),
    () => atoll.migrate(odd('x')),
    () => atoll.migrate(0),
    () => atoll.migrate(4000),
    () => {
      atoll.unpin()
    },
  ])
}

/** As many as one kernel can make: without a safe point the thread stays there. */
function createKeysForEver(): never {
  for (;;) pthread_key_create()
}
