import { nanosleep, pthread_create, pthread_exit, pthread_join, pthread_once, pthread_once_init } from '@atoll/posix'
import { wander } from './support/wander.js'

async function initialize(): Promise<void> {
  console.log('initializing')
  await wander()
  await nanosleep(5)
  console.log('initialized')
}

async function racer({ control, moves }: { control: number; moves: number }): Promise<string> {
  for (let i = 0; i < moves; i++) await wander()
  await pthread_once(control, initialize)
  await pthread_once(control, initialize)
  return 'ready'
}

async function race(racers: number): Promise<void> {
  const control = pthread_once_init()
  const threads = []
  for (let moves = 0; moves < racers; moves++) {
    threads.push(await pthread_create(null, racer, { control, moves: moves % 4 }))
  }
  const results = new Set<unknown>()
  for (const thread of threads) results.add(await pthread_join(thread))
  console.log(results)
}

/** The first call's routine fails; the next caller runs its own. */
async function failing(): Promise<void> {
  const control = pthread_once_init()
  const attempts: string[] = []
  for (const outcome of ['fails', 'fails again', 'succeeds', 'is not run']) {
    try {
      await pthread_once(control, async () => {
        attempts.push(outcome)
        await wander()
        if (outcome.startsWith('fails')) throw new RangeError(outcome)
      })
    } catch (error) {
      console.log(String(error))
    }
  }
  console.log(attempts)
}

/** A routine that takes its thread's end leaves the control to the next. */
async function leaves(control: number): Promise<void> {
  await pthread_once(control, async () => {
    await wander()
    pthread_exit('in the routine')
  })
}

export async function main(): Promise<void> {
  await race(16)
  await failing()

  const control = pthread_once_init()
  console.log(await pthread_join(await pthread_create(null, leaves, control)))
  await pthread_once(control, () => {
    console.log('a plain routine, after one that left')
  })

  const [first, second] = [pthread_once_init(), pthread_once_init()]
  console.log('different controls:', first !== second)
  await pthread_once(first, async () => {
    await pthread_once(second, () => {
      console.log('nested')
    })
  })
  console.log('returns:', await pthread_once(first, () => 'never'))
}
