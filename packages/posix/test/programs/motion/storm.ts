// Threads that do all that can be cancelled, in random order, cancelled at random moments: every block that was entered is left once.
import {
  atoll,
  nanosleep,
  pthread_cancel,
  PTHREAD_CANCEL_ASYNCHRONOUS,
  PTHREAD_CANCEL_DEFERRED,
  PTHREAD_CANCEL_DISABLE,
  PTHREAD_CANCEL_ENABLE,
  pthread_cleanup_pop,
  pthread_cleanup_push,
  pthread_create,
  pthread_join,
  pthread_setcancelstate,
  pthread_setcanceltype,
  sched_yield,
  type pthread_t,
} from '@atoll/posix'

/** What a thread notes of itself: its own, as it moves with it. */
interface Notes {
  random: number
  /** Then a loop over a generator may be left between two turns, and the generator is not told. */
  readonly asynchronous: boolean
  entered: number
  left: number
  pushed: number
  popped: number
  caught: number
}

function below(notes: Notes, limit: number): number {
  notes.random = (Math.imul(notes.random, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((notes.random / 2 ** 32) * limit)
}

async function* numbers(notes: Notes, depth: number): AsyncGenerator<number> {
  notes.entered++
  try {
    for (let n = 0; n < 3; n++) {
      await sched_yield()
      yield n
      if (n === 1) await block(notes, depth - 1)
    }
  } finally {
    notes.left++
    await nanosleep(0.05)
  }
}

/** Its rejection would be nobody's while others are awaited. */
async function quietBlock(notes: Notes, depth: number): Promise<void> {
  try {
    await block(notes, depth)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
}

async function several(notes: Notes, depth: number): Promise<void> {
  const calls = [quietBlock(notes, depth - 1), quietBlock(notes, depth - 1), nanosleep(0.3)]
  try {
    switch (below(notes, 4)) {
      case 0:
        await Promise.all(calls)
        break
      case 1:
        await Promise.race(calls)
        break
      case 2:
        await Promise.any(calls)
        break
      case 3:
        await calls[below(notes, 3)]
        break
    }
  } finally {
    await Promise.allSettled(calls)
  }
}

async function step(notes: Notes, depth: number): Promise<void> {
  switch (below(notes, depth > 0 ? 10 : 5)) {
    case 0:
      return sched_yield()
    case 1:
      await nanosleep(below(notes, 100) / 100)
      return
    case 2: {
      const kernels = atoll.kernels()
      return atoll.migrate(kernels[below(notes, kernels.length)]?.kernel ?? 1)
    }
    case 3:
      for (let turn = below(notes, 300); turn > 0; turn--);
      return
    case 4: {
      const state = pthread_setcancelstate(PTHREAD_CANCEL_DISABLE)
      await nanosleep(0.1)
      pthread_setcancelstate(state)
      return
    }
    case 5:
    case 6:
      return block(notes, depth - 1)
    case 7:
    case 8:
      return several(notes, depth)
    case 9:
      if (notes.asynchronous) return block(notes, depth - 1)
      for await (const n of numbers(notes, depth)) if (n === 2 && below(notes, 2) === 0) break
  }
}

async function block(notes: Notes, depth: number): Promise<void> {
  notes.entered++
  notes.pushed++
  pthread_cleanup_push(() => {
    notes.popped++
  })
  try {
    for (let steps = 1 + below(notes, 4); steps > 0; steps--) await step(notes, depth)
    if (below(notes, 6) === 0) throw new RangeError('as planned')
  } catch (error) {
    if (!(error instanceof RangeError)) notes.caught++
    throw error
  } finally {
    notes.left++
    await step(notes, 0)
    await pthread_cleanup_pop(1)
  }
}

async function victim(seed: number): Promise<string> {
  const asynchronous = seed % 2 === 0
  const notes: Notes = { random: seed, asynchronous, entered: 0, left: 0, pushed: 0, popped: 0, caught: 0 }
  pthread_setcanceltype(asynchronous ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED)
  pthread_cleanup_push(async () => {
    await sched_yield()
    console.log(balance(notes))
  })
  try {
    for (;;) {
      await quietBlock(notes, 3)
      pthread_setcancelstate(PTHREAD_CANCEL_ENABLE)
    }
  } finally {
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED)
  }
}

const balance = ({ entered, left, pushed, popped, caught }: Notes): string =>
  entered === left && pushed === popped && caught === 0
    ? 'balanced'
    : `entered ${entered}, left ${left}, pushed ${pushed}, popped ${popped}, caught ${caught}`

export async function main([, seed = '1', count = '3']: string[]): Promise<void> {
  const threads: pthread_t[] = []
  for (let i = 0; i < Number(count); i++) threads.push(await pthread_create(null, victim, Number(seed) * 100 + i))
  for (const thread of threads) {
    await nanosleep(((Number(seed) * 7 + thread) % 50) / 10)
    await pthread_cancel(thread)
    console.log(String(await pthread_join(thread)))
  }
}
