import { atoll, pthread_create, pthread_exit, pthread_join } from '@atoll/posix'

/** What a call is refused with, without numbers that may change. */
async function refused(call: () => Promise<unknown>): Promise<string> {
  try {
    await call()
    return 'nothing'
  } catch (error) {
    return (error as Error).message.replace(/thread \d+/, 'thread').replace(/\d{8} bytes/, 'so many bytes')
  }
}

/** More than a link takes in one message. */
async function carry(elsewhere: number): Promise<string[]> {
  const load = new Float64Array(9_000_000)
  const cpus = [elsewhere - 1]
  const said = [
    await refused(() => atoll.migrate(elsewhere)),
    await refused(() => pthread_create({ cpus }, (received: Float64Array) => received.length, load)),
  ]
  return [...said, String(load.length)]
}

/** At the origin and away from it. Ends with its last thread: one that never came must not count. */
export async function main(): Promise<void> {
  console.log((await carry(2)).join('\n'))
  const away = await pthread_create({ cpus: [1] }, carry, 3)
  console.log((await pthread_join<string[]>(away)).join('\n'))
  pthread_exit(0)
}
