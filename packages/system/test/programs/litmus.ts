import {
  atomic_fetch_add_i32,
  load_i32,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_yield,
  store_i32,
  view,
  type Ptr,
} from '@atoll/posix'

/** `x = 1` stores, `x` loads, of the words x and y, which are 0 in each round at first. */
type Step = { readonly word: 'x' | 'y'; readonly value?: number }

interface Litmus {
  /** What each thread does, in its order. */
  readonly threads: readonly (readonly Step[])[]
  /** Are these what sequential consistency forbids to be loaded, all threads' loads in their order? */
  readonly isForbidden: (loaded: readonly number[]) => boolean
}

const load = (word: 'x' | 'y'): Step => ({ word })
const store = (word: 'x' | 'y', value = 1): Step => ({ word, value })
const is =
  (...forbidden: readonly number[]) =>
  (loaded: readonly number[]): boolean =>
    forbidden.every((value, i) => loaded[i] === value)

/** The names of the literature. */
const TESTS: Readonly<Record<string, Litmus>> = {
  'store-buffering': {
    threads: [
      [store('x'), load('y')],
      [store('y'), load('x')],
    ],
    isForbidden: is(0, 0),
  },
  'message-passing': { threads: [[store('x'), store('y')], [load('y'), load('x')]], isForbidden: is(1, 0) },
  'load-buffering': {
    threads: [
      [load('x'), store('y')],
      [load('y'), store('x')],
    ],
    isForbidden: is(1, 1),
  },
  iriw: {
    threads: [[store('x')], [store('y')], [load('x'), load('y')], [load('y'), load('x')]],
    isForbidden: is(1, 0, 1, 0),
  },
  coherence: {
    threads: [[store('x', 1)], [store('x', 2)], [load('x'), load('x')], [load('x'), load('x')]],
    // One order of stores for everybody, and nobody goes back.
    isForbidden: ([a = 0, b = 0, c = 0, d = 0]) =>
      (a > 0 && b === 0) || (c > 0 && d === 0) || (a !== b && a * b > 0 && a === d && b === c),
  },
}

interface Place {
  readonly x: Ptr
  readonly y: Ptr
  /** Counts those who have come to a round. */
  readonly gate: Ptr
}

interface Task {
  readonly name: string
  readonly thread: number
  readonly manner: string
  readonly rounds: number
  readonly place: Place
}

/** Lets other threads, and what others ask of this kernel, come in between, or not. */
async function pause(): Promise<void> {
  for (let left = Math.floor(Math.random() * 3); left > 0; left--) await sched_yield()
}

/** Performs a thread's part of all rounds. Each has words of its own, on the same pages. */
async function perform({ name, thread, manner, rounds, place }: Task): Promise<number[]> {
  const { threads } = TESTS[name] as Litmus
  const steps = threads[thread] ?? []
  const views =
    manner === 'views'
      ? {
          x: await view(place.x, Int32Array, rounds, PROT_READ | PROT_WRITE),
          y: await view(place.y, Int32Array, rounds, PROT_READ | PROT_WRITE),
        }
      : null
  const loaded: number[] = []
  for (let round = 0; round < rounds; round++) {
    await atomic_fetch_add_i32(place.gate, 1)
    while ((await load_i32(place.gate)) < (round + 1) * threads.length) await sched_yield()
    for (const { word, value } of steps) {
      await pause()
      const at = place[word] + 4 * round
      if (value === undefined) loaded.push(views ? (views[word][round] ?? -1) : await load_i32(at))
      else if (views) views[word][round] = value
      else await store_i32(at, value)
    }
  }
  return loaded
}

/** Prints how often each outcome was seen, and how often a forbidden one. */
export async function main([, name = '', manner = '', rounds = '0']: string[]): Promise<void> {
  const memory = await mmap(0, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  // On one page, an invalidation concerns both words; on two, two may be under way.
  const y = manner === 'one-page' ? memory + PAGE_SIZE / 2 : memory + PAGE_SIZE
  const place = { x: memory, y, gate: memory + 2 * PAGE_SIZE }
  const { threads, isForbidden } = TESTS[name] as Litmus
  const tids = []
  for (const thread of threads.keys()) {
    const task = { name, thread, manner, rounds: Number(rounds), place }
    tids.push(await pthread_create({ cpus: [thread] }, perform, task))
  }
  const loads: number[][] = []
  for (const tid of tids) loads.push(await pthread_join<number[]>(tid))
  const outcomes = new Map<string, number>()
  let forbidden = 0
  for (let round = 0; round < Number(rounds); round++) {
    const loaded = loads.flatMap((own) => own.slice((own.length / Number(rounds)) * round, (own.length / Number(rounds)) * (round + 1)))
    if (isForbidden(loaded)) forbidden++
    outcomes.set(loaded.join(''), (outcomes.get(loaded.join('')) ?? 0) + 1)
  }
  console.log(JSON.stringify({ forbidden, outcomes: Object.fromEntries(outcomes) }))
}
