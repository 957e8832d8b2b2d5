import {
  _SC_NPROCESSORS_ONLN,
  atoll,
  CLOCK_MONOTONIC,
  clock_gettime,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  type Ptr,
  sched_setaffinity,
  sysconf,
} from '@atoll/posix'
import { type Barrier, createBarrier } from './barrier.js'

/** What each thread of a team is given. */
export interface Member {
  readonly id: number
  readonly threads: number
  readonly barrier: Barrier
  /** The team's memory. */
  readonly memory: Ptr
  /** How often it moves on to another CPU. */
  readonly walks: number
}

/** Starts threads that share `bytes` of fresh memory, one CPU after the other, and waits for what they return, in their order. */
export async function runTeam<M extends Member, R>(
  name: string,
  start: (member: M) => Promise<R>,
  task: Omit<M, 'id' | 'barrier' | 'memory'> & { readonly threads: number },
  bytes: number,
): Promise<R[]> {
  const memory = await mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  const barrier = await createBarrier(task.threads)
  const running = []
  for (let id = 0; id < task.threads; id++) {
    const member = { ...task, id, barrier, memory } as unknown as M // what Omit has taken out is back
    running.push(await pthread_create({ name: `${name}-${id}`, cpus: [cpuFor(id)] }, start, member))
  }
  const results: R[] = []
  for (const thread of running) results.push(await pthread_join<R>(thread))
  return results
}

/** The kernels that a thread has run on, in order. Plain data: it moves with the thread. */
export type Route = number[]

/** Takes a thread on to the next CPU, in each of its first `walks` iterations; notes where it is. `iteration` counts from 1. */
export async function walkOn({ id, walks }: Member, iteration: number, route: Route): Promise<void> {
  if (iteration <= walks) await sched_setaffinity(0, [cpuFor(id + iteration)])
  noteKernel(route)
}

/** Lets a thread that was started on one CPU move to any other, if the system sees fit. */
export const roam = (): Promise<void> =>
  sched_setaffinity(
    0,
    Array.from({ length: sysconf(_SC_NPROCESSORS_ONLN) }, (_, cpu) => cpu),
  )

/** Notes the kernel that the caller runs on. */
export function noteKernel(route: Route): void {
  const { kernel } = atoll.here()
  if (kernel !== route.at(-1)) route.push(kernel)
}

/** Seconds of a clock that only goes forward. */
export function seconds(): number {
  const { sec, nsec } = clock_gettime(CLOCK_MONOTONIC)
  return sec + nsec * 1e-9
}

const cpuFor = (number: number): number => number % sysconf(_SC_NPROCESSORS_ONLN)
