import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  mmap,
  mprotect,
  msync,
  MS_ASYNC,
  MS_SYNC,
  munmap,
  PAGE_SIZE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  type Ptr,
} from '@atoll/posix'
import { placed, mapped } from './support/mapped.js'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

const RW = PROT_READ | PROT_WRITE
const ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS

const anonymous = (pages: number, addr: Ptr = 0, flags = 0): Promise<Ptr> =>
  mmap(addr, pages * PAGE_SIZE, RW, ANONYMOUS | flags)

async function placement(): Promise<void> {
  const a = await anonymous(3)
  const b = await anonymous(2)
  console.log('mmap: the address is on a page boundary', a % PAGE_SIZE === 0 && b % PAGE_SIZE === 0)
  console.log('mmap: two mappings have a page between them', Math.abs(a - b) > 2 * PAGE_SIZE)
  const odd = await mmap(0, 1, PROT_READ, ANONYMOUS)
  console.log('mmap: a byte maps a page', await mapped(odd, 2))
  const hint = 0x1234_0000_0000
  console.log('mmap: a free hint is taken', (await anonymous(1, hint)) === hint)
  console.log('mmap: one that is taken is not', (await anonymous(1, hint)) !== hint)
  console.log('mmap: an odd hint is rounded up', (await anonymous(1, hint + PAGE_SIZE + 1)) === hint + 2 * PAGE_SIZE)
  console.log('mmap: a hint at 0 never maps page 0', (await anonymous(1, 1)) >= PAGE_SIZE)
  await munmap(PAGE_SIZE, PAGE_SIZE)
  for (const addr of [a, b, odd]) await munmap(addr, 3 * PAGE_SIZE)
}

async function fixed(): Promise<void> {
  const base = 0x2000_0000_0000
  console.log('MAP_FIXED: exactly there', (await anonymous(6, base, MAP_FIXED)) === base)
  await wander()
  console.log('mapped as asked:', await mapped(base, 8))
  await mmap(base + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ, ANONYMOUS | MAP_FIXED)
  console.log('replaced in the middle:', await mapped(base, 8))
  console.log('MAP_FIXED_NOREPLACE:', await refusal(() => anonymous(1, base + 5 * PAGE_SIZE, MAP_FIXED_NOREPLACE)))
  const next = base + 6 * PAGE_SIZE
  console.log('MAP_FIXED_NOREPLACE where it is free:', (await anonymous(1, next, MAP_FIXED_NOREPLACE)) === next)
  await munmap(base + PAGE_SIZE, 2 * PAGE_SIZE)
  console.log('munmap makes a hole:', await mapped(base, 8))
  await munmap(base - 4 * PAGE_SIZE, 20 * PAGE_SIZE)
  console.log('munmap passes over holes:', await mapped(base, 8))
  await munmap(base, PAGE_SIZE)
  console.log('munmap of what is not mapped: nothing happens')
}

async function protection(): Promise<void> {
  const base = await anonymous(4)
  await mprotect(base + PAGE_SIZE, PAGE_SIZE, PROT_NONE)
  await wander()
  await mprotect(base, 4 * PAGE_SIZE, PROT_READ)
  await mprotect(base, 4 * PAGE_SIZE, RW)
  await mprotect(base + 1024 * PAGE_SIZE, 0, PROT_READ)
  console.log('mprotect: of no bytes is nothing')
  await munmap(base + 2 * PAGE_SIZE, PAGE_SIZE)
  console.log('mprotect over a hole:', await refusal(() => mprotect(base, 4 * PAGE_SIZE, PROT_READ)))
  await munmap(base, 4 * PAGE_SIZE)
}

async function refusals(): Promise<void> {
  const attempts: [string, () => unknown][] = [
    ['length 0', () => mmap(0, 0, RW, ANONYMOUS)],
    ['length −1', () => mmap(0, -1, RW, ANONYMOUS)],
    ['neither shared nor private', () => mmap(0, 1, RW, MAP_ANONYMOUS)],
    ['unknown flag', () => mmap(0, 1, RW, ANONYMOUS | 0x100)],
    ['unknown protection', () => mmap(0, 1, 8, ANONYMOUS)],
    ['fixed address off a boundary', () => mmap(PAGE_SIZE + 1, 1, RW, ANONYMOUS | MAP_FIXED)],
    ['fixed at 0', () => mmap(0, 1, RW, ANONYMOUS | MAP_FIXED)],
    ['fixed beyond 48 bits', () => mmap(2 ** 48 - PAGE_SIZE, 2 * PAGE_SIZE, RW, ANONYMOUS | MAP_FIXED)],
    ['no descriptor', () => mmap(0, 1, RW, MAP_SHARED)],
    ['closed descriptor', () => mmap(0, 1, RW, MAP_SHARED, 77)],
    ['odd offset', () => mmap(0, 1, RW, MAP_SHARED, 77, 1)],
    ['more than there is', () => mmap(0, 2 ** 46, RW, ANONYMOUS)],
    ['more than an address space', () => mmap(0, 2 ** 49, RW, ANONYMOUS | MAP_NORESERVE)],
    ['munmap off a boundary', () => munmap(1, PAGE_SIZE)],
    ['munmap of nothing', () => munmap(PAGE_SIZE, 0)],
    ['munmap beyond 48 bits', () => munmap(2 ** 48 - PAGE_SIZE, 2 * PAGE_SIZE)],
    ['mprotect off a boundary', () => mprotect(1, PAGE_SIZE, RW)],
    ['mprotect, unknown protection', () => mprotect(PAGE_SIZE, PAGE_SIZE, 64)],
    ['mprotect of what is not mapped', () => mprotect(PAGE_SIZE, PAGE_SIZE, RW)],
    ['msync, both', () => msync(PAGE_SIZE, PAGE_SIZE, MS_ASYNC | MS_SYNC)],
    ['msync off a boundary', () => msync(1, PAGE_SIZE, MS_SYNC)],
    ['msync of what is not mapped', () => msync(PAGE_SIZE, PAGE_SIZE, MS_SYNC)],
  ]
  for (const [name, attempt] of attempts) console.log(`${name}:`, await refusal(attempt))
  const sparse = await mmap(0, 2 ** 46, RW, ANONYMOUS | MAP_NORESERVE)
  console.log('MAP_NORESERVE promises nothing:', await placed(sparse))
  await munmap(sparse, 2 ** 46)
}

/** Maps and unmaps beside others, on whatever kernel it is. */
async function churn(rounds: number): Promise<number> {
  let wrong = 0
  for (let round = 0; round < rounds; round++) {
    const base = await anonymous(4)
    if ((await mapped(base, 4)) !== '####') wrong++
    if (round % 3 === 0) await wander()
    await munmap(base + PAGE_SIZE, PAGE_SIZE)
    await munmap(base, 4 * PAGE_SIZE)
  }
  return wrong
}

export async function main(): Promise<void> {
  await placement()
  await fixed()
  await protection()
  await refusals()
  const threads = []
  for (let i = 0; i < 4; i++) threads.push(await pthread_create(null, churn, 6))
  let wrong = 0
  for (const thread of threads) wrong += await pthread_join<number>(thread)
  console.log('wrong:', wrong)
}
