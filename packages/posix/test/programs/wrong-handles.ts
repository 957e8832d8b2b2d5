import {
  pthread_create,
  pthread_join,
  pthread_key_create,
  pthread_once,
  pthread_once_init,
  pthread_setspecific,
  sched_yield,
} from '@atoll/posix'
import { refusal } from './support/refusal.js'

const nothing = (): void => undefined

/** A key that nobody made: this kernel refuses it, or it has no destructor. */
async function usesKey(key: number): Promise<string> {
  await refusal(() => pthread_setspecific(key, 'x'))
  return 'ended'
}

/** Handles that were never made are refused, wherever they lead; none is waited for. */
export async function main(): Promise<void> {
  const made = pthread_once_init()
  for (const control of [2 ** 40, 99_999_999, made + 1000, 0.5]) {
    console.log(await refusal(() => pthread_once(control, nothing)))
    await sched_yield()
  }
  await pthread_once(made, () => {
    console.log('the thread runs on')
  })
  for (const key of [50_000, 2 ** 50]) console.log(await pthread_join(await pthread_create(null, usesKey, key)))
  const weak = new WeakMap<object, unknown>()
  let count = 0
  const unfit: unknown[] = [(value: object) => weak.get(value), () => count++, 'no function']
  for (const destructor of unfit) console.log(await refusal(() => pthread_key_create(destructor as never)))
  console.log(count)
}
