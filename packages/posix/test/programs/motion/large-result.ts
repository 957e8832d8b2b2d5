import { pthread_create, pthread_join } from '@atoll/posix'

/** More than a link carries in one message. */
const load = (): Uint8Array => new Uint8Array(70_000_000)

/** Joins a thread of CPU `cpu` that returns too much; tells what the call is refused with. */
async function join(cpu: number): Promise<string> {
  const thread = await pthread_create({ cpus: [cpu] }, load)
  try {
    return String((await pthread_join<Uint8Array>(thread)).length)
  } catch (error) {
    return (error as Error).message.replace(/\d{8} bytes/, 'so many bytes')
  }
}

/** The result would have to come from elsewhere, then to go elsewhere, then to stay: one rule for all. */
export async function main(): Promise<void> {
  console.log(await join(1))
  console.log(await pthread_join<string>(await pthread_create({ cpus: [1] }, join, 0)))
  console.log(await join(0))
}
