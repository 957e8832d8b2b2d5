import { atoll } from '@atoll/posix'

/** Takes the calling thread to the next kernel; on the only one it stays. */
export async function wander(): Promise<void> {
  const kernels = atoll.kernels().map(({ kernel }) => kernel)
  const next = (kernels.indexOf(atoll.here().kernel) + 1) % kernels.length
  await atoll.migrate(kernels[next] as number)
}
