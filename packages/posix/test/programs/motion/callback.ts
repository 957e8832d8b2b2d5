import { atoll } from '@atoll/posix'

/** A host callback asks for its thread to be moved while main awaits the host, which keeps the thread: prints `refused ENOTSUP`. */
export async function main(): Promise<void> {
  await new Promise<void>((resolve) => {
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
}
