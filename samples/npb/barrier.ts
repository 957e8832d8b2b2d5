import {
  atomic_load_i32,
  atomic_store_i32,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  type Ptr,
  sched_yield,
} from '@atoll/posix'

/** Where threads wait for each other. Plain data: it is handed to each of them. */
export interface Barrier {
  /** The flags, each on a page of its own, which its thread alone writes: one per round of each thread. */
  readonly flags: Ptr
  /** Of each thread. */
  readonly rounds: number
  readonly threads: number
}

/** A barrier for so many threads. */
export async function createBarrier(threads: number): Promise<Barrier> {
  const rounds = Math.max(1, Math.ceil(Math.log2(threads)))
  const flags = await mmap(0, threads * rounds * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  return { flags, rounds, threads }
}

/**
 * Thread `id` waits until all threads have come here. In each round a thread says that it has come, and waits for another, twice as far away as in the round before: so
 * it hears of all. A flag counts, so it need not be put back; its page goes from who writes it to the one who reads it, once. A thread that waits runs again and
 * again: have it hold no views of what others write next, because each time it runs its views are brought up to date.
 *
 * Source: the dissemination barrier of J. Mellor-Crummey, M. Scott, ACM Transactions on Computer Systems 9 (1991), algorithm 9, with flags that are read
 * from afar instead of written.
 */
export async function wait({ flags, rounds, threads }: Barrier, id: number): Promise<void> {
  const flagOf = (thread: number, round: number): Ptr => flags + (thread * rounds + round) * PAGE_SIZE
  const meeting = (await atomic_load_i32(flagOf(id, 0))) + 1
  for (let round = 0; round < rounds; round++) {
    await atomic_store_i32(flagOf(id, round), meeting)
    const other = flagOf((id + 2 ** round) % threads, round)
    while ((await atomic_load_i32(other)) < meeting) await sched_yield()
  }
}
