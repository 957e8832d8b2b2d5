import {
  atomic_fetch_add_i32,
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
  /** How many of them have arrived. */
  readonly arrived: Ptr
  /** 0 or 1, another each time all have arrived. On a page of its own: those who wait read their own copy of it, whoever arrives meanwhile. */
  readonly sense: Ptr
  readonly threads: number
}

/** A barrier for so many threads. */
export async function createBarrier(threads: number): Promise<Barrier> {
  const arrived = await mmap(0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  return { arrived, sense: arrived + PAGE_SIZE, threads }
}

/**
 * Waits until all threads have come here. A thread that waits runs again and again: have it hold no views of what others write next, because each time it
 * runs its views are brought up to date.
 *
 * Source: the sense-reversing centralized barrier of J. Mellor-Crummey, M. Scott, ACM Transactions on Computer Systems 9 (1991), algorithm 7.
 */
export async function wait({ arrived, sense, threads }: Barrier): Promise<void> {
  const before = await atomic_load_i32(sense) // stays so until all have arrived, the caller too
  if ((await atomic_fetch_add_i32(arrived, 1)) === threads - 1) {
    await atomic_store_i32(arrived, 0)
    await atomic_store_i32(sense, 1 - before)
    return
  }
  while ((await atomic_load_i32(sense)) === before) await sched_yield()
}
