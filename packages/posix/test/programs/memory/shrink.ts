import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  mmap,
  mprotect,
  mremap,
  MREMAP_MAYMOVE,
  munmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  sbrk,
} from '@atoll/posix'
import { mapped } from '../support/mapped.js'
import { wander } from '../support/wander.js'

const ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS
const RW = PROT_READ | PROT_WRITE

/** Takes memory away in every way, again and again, on the kernel that it was started on. */
async function shrink(rounds: number): Promise<number> {
  let wrong = 0
  for (let round = 0; round < rounds; round++) {
    const base = await mmap(0, 8 * PAGE_SIZE, RW, ANONYMOUS)
    await mprotect(base + PAGE_SIZE, PAGE_SIZE, PROT_READ)
    await mmap(base + 2 * PAGE_SIZE, PAGE_SIZE, RW, ANONYMOUS | MAP_FIXED)
    const moved = await mremap(base + 6 * PAGE_SIZE, 2 * PAGE_SIZE, 5 * PAGE_SIZE, MREMAP_MAYMOVE)
    if ((await mapped(base, 6)) !== '######' || (await mapped(moved, 5)) !== '#####') wrong++
    await munmap(moved, 5 * PAGE_SIZE)
    await sbrk(3 * PAGE_SIZE)
    await sbrk(-3 * PAGE_SIZE)
    await munmap(base, 6 * PAGE_SIZE)
  }
  return wrong
}

/** What it takes away, kernels that it has visited know of, if the test has them ask. */
export async function main([, rounds]: string[]): Promise<void> {
  for (let i = 0; i < 3; i++) await wander()
  const other = await pthread_create({ cpus: [0] }, shrink, Number(rounds))
  const wrong = (await shrink(Number(rounds))) + (await pthread_join<number>(other))
  console.log('wrong:', wrong)
}
