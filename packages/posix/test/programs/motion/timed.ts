import { atoll, nanosleep, pthread_create, pthread_join, pthread_timedjoin_np } from '@atoll/posix'

async function sleeper(ms: number): Promise<number> {
  await nanosleep(ms)
  return ms
}

/** Joins threads whose time is up at about the moment at which they end: each is joined once, then or afterwards. */
export async function main([, count = '20']: string[]): Promise<void> {
  const kernels = atoll.kernels()
  let [inTime, late, wrong] = [0, 0, 0]
  for (let i = 0; i < Number(count); i++) {
    await atoll.migrate(kernels[i % kernels.length]?.kernel ?? 1)
    const ms = Math.random() * 4
    const thread = await pthread_create(null, sleeper, ms)
    const joined = await pthread_timedjoin_np<number>(thread, Date.now() + ms + Math.random() * 4)
    if (joined) inTime++
    else late++
    if ((joined ? joined.value : await pthread_join<number>(thread)) !== ms) wrong++
  }
  console.log(`${inTime} in time, ${late} late, ${wrong} wrong`)
}
