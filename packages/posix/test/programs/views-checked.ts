// env: {"ATOLL_VIEWS": "check"}
import {
  copyin,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  PAGE_SIZE,
  PosixError,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sched_yield,
  store_u8,
  unview,
  view,
  type Ptr,
} from '@atoll/posix'
import { wander } from './support/wander.js'

/** What is thrown, with addresses relative to the memory. */
async function thrown(memory: Ptr, attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt()
  } catch (error) {
    if (!(error instanceof PosixError)) return String(error)
    const relative = (digits: string): string => `memory + ${Number(digits) - memory}`
    return error.message.replace(/0x[0-9a-f]+/g, relative)
  }
  return 'nothing'
}

/** Stores through views that were made to read are found where the thread suspends, or ends, or the view does. */
async function wrong(memory: Ptr): Promise<void> {
  const numbers = await view(memory + 16, Int32Array, 4)
  const bytes = await view(memory, Uint8Array, 8, PROT_READ | PROT_WRITE)
  const stored = async (): Promise<void> => {
    numbers[2] += 1
    await sched_yield()
  }
  console.log('suspends:', await thrown(memory, stored))
  console.log('is told once:', await thrown(memory, () => sched_yield()))
  const moves = async (): Promise<void> => {
    numbers[0] += 1
    await wander()
    await sched_yield()
  }
  console.log('moves:', await thrown(memory, moves))
  const ends = async (): Promise<void> => {
    bytes[0] = 1
    numbers[1] += 1
    unview(numbers)
  }
  console.log('ends the view:', await thrown(memory, ends))
}

async function endsAtOnce(memory: Ptr): Promise<string> {
  const words = await view(memory, Uint16Array, 2)
  words[1] += 1
  return 'ended'
}

/** What is stored as it may be is no mistake, wherever it is. */
async function right(memory: Ptr): Promise<number> {
  const seen = await view(memory, Uint8Array, 64)
  const own = await view(memory + 4, Uint8Array, 4, PROT_READ | PROT_WRITE)
  let sum = 0
  for (let round = 1; round <= 8; round++) {
    own[0] = round
    await store_u8(memory + 10, round)
    await store_u8(memory + 11, round)
    await copyin(memory + 20, Uint8Array.of(round, round))
    if (round % 3 === 0) await wander()
    sum += seen[4] + seen[10] + seen[11] + seen[20] + seen[21]
  }
  return sum
}

export async function main(): Promise<number> {
  const memory = await mmap(0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  await wrong(memory)
  const ending = await pthread_create(null, endsAtOnce, memory)
  console.log('ends:', await thrown(memory, () => pthread_join(ending)))
  console.log('is right:', await right(memory + PAGE_SIZE))
  return 0
}
