import { nanosleep, pthread_create, pthread_exit } from '@atoll/posix'

async function keepsOn(): Promise<void> {
  const refused = await new Promise<string>((resolve) => {
    setTimeout(() => {
      nanosleep(1).then(() => resolve('slept'), (error: unknown) => resolve(String(error)))
    }, 20)
  })
  console.log(refused)
}

/** A host callback calls the system when the main thread has ended. */
export async function main(): Promise<void> {
  await pthread_create(null, keepsOn)
  pthread_exit()
}
