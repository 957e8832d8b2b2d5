import { pthread_create, pthread_join, mmap, view, load_i32, atomic_fetch_add_i32, copyin, copyout, sched_setaffinity, sysconf,
  PROT_READ, PROT_WRITE, MAP_ANONYMOUS, MAP_SHARED, _SC_NPROCESSORS_ONLN } from '@atoll/posix'

async function worker({ total, id }: { total: number; id: number }): Promise<number> {
  const mine = await view(total + 4096 * (1 + id), Float64Array, 4, PROT_READ | PROT_WRITE)
  for (let round = 0; round < 1000; round++) {
    if (round % 100 === 50) await sched_setaffinity(0, [(id + round / 50) % sysconf(_SC_NPROCESSORS_ONLN)])
    await atomic_fetch_add_i32(total, 1)
    mine[0] += 1
  }
  return mine[0]
}

export async function main(): Promise<void> {
  const total = await mmap(0, 4096 * 10, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  const threads = []
  for (let id = 0; id < 8; id++) threads.push(await pthread_create(null, worker, { total, id }))
  const r = []
  for (const thread of threads) r.push(await pthread_join(thread))
  console.log(await load_i32(total), r.join())
  await copyin(total + 4090, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
  console.log((await copyout(total + 4088, 14)).join())
  try { await load_i32(16) } catch (e) { console.log(String(e)) }
  console.log((await view(total + 2 * 4096, Float64Array, 1))[0])

}
