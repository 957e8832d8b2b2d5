import { pthread_create, pthread_join } from '@atoll/posix'

async function fails(): Promise<void> {
  throw { [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('inspected') } }
}

/** A thread ends with an error that nobody can look at. */
export async function main(): Promise<number> {
  try {
    await pthread_join(await pthread_create(null, fails))
  } catch (error) {
    console.log(String(error))
  }
  return 0
}
