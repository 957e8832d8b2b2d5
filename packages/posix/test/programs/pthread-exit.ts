import { pthread_create, pthread_exit, pthread_join, sched_yield } from '@atoll/posix'
import { wander } from './support/wander.js'

async function innermost(value: unknown): Promise<never> {
  try {
    await wander()
    pthread_exit(value)
  } catch (error) {
    console.log('a catch saw the exit:', error)
    throw error
  } finally {
    console.log('innermost finally')
  }
}

async function nested(value: unknown): Promise<string> {
  for (const name of ['only once', 'never']) {
    try {
      console.log(name)
      await innermost(value)
    } catch {
      console.log('a catch without a binding saw the exit')
    } finally {
      await wander()
      await sched_yield()
      console.log('nested finally')
    }
  }
  return 'not reached'
}

async function outermost(value: unknown): Promise<string> {
  try {
    return await nested(value)
  } finally {
    console.log('outermost finally')
  }
}

/** A `finally` that throws ends the unwinding: the error takes the exit's place. */
async function replaced(): Promise<never> {
  try {
    pthread_exit('lost')
  } finally {
    throw new Error('from finally')
  }
}

function plain(value: number): never {
  try {
    pthread_exit(value)
  } finally {
    console.log('finally of a plain function')
  }
}

export async function main(): Promise<void> {
  console.log(await pthread_join(await pthread_create(null, outermost, { from: 'the depth' })))
  console.log(await pthread_join(await pthread_create(null, plain, 12)))
  console.log(await pthread_join(await pthread_create(null, async () => pthread_exit())))
  try {
    await pthread_join(await pthread_create(null, replaced))
  } catch (error) {
    console.log(String(error))
  }
  try {
    await finish()
  } finally {
    console.log("main's finally")
  }
}

const finish = async (): Promise<never> => pthread_exit('nobody joins main')
