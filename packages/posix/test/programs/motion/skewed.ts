// Many threads, of which few have much to do: all of it is done, each part once.
import { nanosleep, pthread_create, pthread_join, sched_getcpu, sched_yield, type pthread_t } from '@atoll/posix'

async function work({ id, turns }: { id: number; turns: number }): Promise<{ id: number; turns: number; places: number }> {
  const places = new Set<number>([sched_getcpu()])
  let done = 0
  for (let turn = 0; turn < turns; turn++) {
    done++
    if (turn % 64 === 63) await sched_yield()
    if (turn % 500 === 499) await nanosleep(0.01)
    places.add(sched_getcpu())
  }
  return { id, turns: done, places: places.size }
}

export async function main([, count, long]: string[]): Promise<void> {
  const threads: pthread_t[] = []
  const turnsOf = (id: number): number => (id % 7 === 0 ? Number(long) : 20)
  for (let id = 0; id < Number(count); id++) {
    threads.push(await pthread_create(null, work, { id, turns: turnsOf(id) }))
  }
  let turns = 0
  const ids = new Set<number>()
  for (const thread of threads) {
    const result = await pthread_join<{ id: number; turns: number }>(thread)
    turns += result.turns
    ids.add(result.id)
  }
  let expected = 0
  for (let id = 0; id < Number(count); id++) expected += turnsOf(id)
  console.log(`${ids.size} threads, ${turns === expected ? 'all' : `${turns} of ${expected}`} turns`)
}
