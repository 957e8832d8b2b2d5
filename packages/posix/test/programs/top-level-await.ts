import { pthread_create, pthread_join, sched_getaffinity, sched_getcpu, sched_yield } from '@atoll/posix'
import { Late, order, refused, table } from './support/late.js'
import { wander } from './support/wander.js'

order.push('main')
const answer = (await import('./support/lazy.js')).lazy + table.length

/** Looks at what the modules have made on every kernel that it comes to. */
async function looks(late: Late): Promise<string[]> {
  const seen = new Set<string>()
  for (let i = 0; i < 6; i++) {
    await wander()
    await sched_yield()
    seen.add(`${answer} ${table.length} ${late.sum} ${String(late instanceof Late)} ${order.join(', ')}`)
  }
  return [...seen]
}

/** The first to come to its kernel, or the second: whoever created it is through when it is there. */
const counts = async (): Promise<number> => table.length * 1000 + sched_getcpu()

export async function main(): Promise<void> {
  console.log(refused)
  const cpus = [...(await sched_getaffinity(0))]
  const counters = []
  for (let i = 0; i < 8; i++) counters.push(await pthread_create({ cpus: [cpus[i % cpus.length] as number] }, counts))
  for (const [i, counter] of counters.entries()) {
    if ((await pthread_join(counter)) !== 10_000 + (cpus[i % cpus.length] as number)) console.log('went astray:', i)
  }
  const lookers = []
  for (let i = 0; i < 4; i++) lookers.push(await pthread_create(null, looks, new Late()))
  for (const looker of lookers) console.log(await pthread_join(looker))
}
