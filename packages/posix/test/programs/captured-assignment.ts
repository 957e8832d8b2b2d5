import { atexit, pthread_create, pthread_join, PosixError } from '@atoll/posix'

async function refused(attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt()
    console.log('nothing was thrown')
  } catch (error) {
    if (!(error instanceof PosixError)) throw error
    console.log(error.code, /EINVAL: (.*?);/.exec(error.message)?.[1])
  }
}

export async function main(): Promise<void> {
  let total = 0
  let last = ''
  const list: number[] = []

  const assigns = async (n: number): Promise<void> => {
    total += n
  }
  await refused(() => pthread_create(null, assigns, 1))
  await refused(() =>
    pthread_create(null, function twice() {
      const inner = (): void => {
        last = 'inner'
      }
      inner()
      total++
    }),
  )
  await refused(() => atexit(() => (last = 'exit')))

  // To change what was captured is no assignment: it changes the copy.
  const changes = async (): Promise<number> => list.push(1)
  console.log('length of the copy:', await pthread_join(await pthread_create(null, changes)), 'of mine:', list.length)
  const own = async (): Promise<number> => {
    let sum = list.length
    for (let i = 0; i < 4; i++) sum += i
    return sum
  }
  console.log('own variables:', await pthread_join(await pthread_create(null, own)))
  await assigns(2)
  console.log(total, JSON.stringify(last))
}
