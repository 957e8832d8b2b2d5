import {
  atoll,
  nanosleep,
  pthread_create,
  pthread_join,
  pthread_key_create,
  pthread_once,
  pthread_once_init,
  pthread_setspecific,
  type pthread_key_t,
  type pthread_once_t,
} from '@atoll/posix'

/** Runs the routine for longer than the kernel lives that made the control. */
async function runs(control: pthread_once_t): Promise<string> {
  await pthread_once(control, async () => {
    for (let n = 0; n < 100; n++) await nanosleep(100)
  })
  return 'the routine has run'
}

async function waits(control: pthread_once_t): Promise<string> {
  try {
    await pthread_once(control, () => undefined)
  } catch (error) {
    return String(error)
  }
  return 'not reached'
}

async function keeps(key: pthread_key_t): Promise<string> {
  pthread_setspecific(key, 'a value')
  await nanosleep(10_000)
  return 'ended'
}

/** On kernel 1, with a control and a key of kernel 2, which dies meanwhile. */
export async function main(): Promise<void> {
  await atoll.migrate(2)
  const [control, other] = [pthread_once_init(), pthread_once_init()]
  const key = pthread_key_create((value) => {
    console.log('destroyed', value)
  })
  await atoll.migrate(1)
  const here = { cpus: [0] }
  const runner = await pthread_create(here, runs, control)
  await nanosleep(100)
  const threads = [runner, await pthread_create(here, waits, control), await pthread_create(here, keeps, key)]
  for (const thread of threads) console.log(await pthread_join(thread))
  console.log(await waits(other))
}
