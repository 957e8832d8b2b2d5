import { atoll, pthread_exit } from '@atoll/posix'

/** A host callback that has nothing but its thread: asks to be moved. Prints `refused ENOTSUP` while main awaits the host, else `moved`. */
export async function main([, awaits = 'no']: string[]): Promise<void> {
  const promise = new Promise<void>((resolve) => {
    setTimeout(async () => {
      try {
        await atoll.migrate(2)
        console.log('moved to', atoll.here().kernel)
      } catch (error) {
        console.log('refused', (error as { code: string }).code)
      }
      resolve()
    }, 1)
  })
  if (awaits === 'yes') await promise
  else pthread_exit(0)
}
