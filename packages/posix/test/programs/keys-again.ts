import {
  PTHREAD_KEYS_MAX,
  atoll,
  pthread_create,
  pthread_getspecific,
  pthread_join,
  pthread_key_create,
  pthread_key_delete,
  pthread_setspecific,
  type pthread_key_t,
} from '@atoll/posix'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

async function ends(key: pthread_key_t): Promise<string> {
  pthread_setspecific(key, 'a value')
  await wander()
  return 'ended'
}

/** Deletes the key wherever it is; from then on nothing that it causes sees the key in use. */
async function deletes(key: pthread_key_t): Promise<string> {
  pthread_setspecific(key, 'never destroyed')
  pthread_key_delete(key)
  return `${String(pthread_getspecific(key))}, ${await refusal(() => pthread_key_delete(-1))}`
}

/** Deleted keys make room for others, which are not taken for them. */
export async function main(): Promise<void> {
  await atoll.migrate(atoll.kernels()[0]?.kernel ?? 1)
  atoll.pin()
  const first = pthread_key_create()
  pthread_setspecific(first, 'of the first')
  pthread_key_delete(first)
  const seen = new Set<pthread_key_t>([first])
  for (let n = 0; n < 2 * PTHREAD_KEYS_MAX; n++) {
    const key = pthread_key_create()
    if (pthread_getspecific(key) !== undefined) console.log('taken for a deleted key')
    seen.add(key)
    pthread_key_delete(key)
  }
  console.log('all different:', seen.size === 2 * PTHREAD_KEYS_MAX + 1)
  console.log(await refusal(() => pthread_setspecific(first, 1)))
  const said = pthread_key_create((value) => {
    console.log('destroyed', value)
  })
  console.log(await pthread_join(await pthread_create(null, ends, said)))
  console.log(await pthread_join(await pthread_create(null, deletes, said)))
  console.log(await refusal(exhaust))
}

function exhaust(): void {
  for (let n = 0; n <= PTHREAD_KEYS_MAX; n++) pthread_key_create()
}
