import {
  copyout,
  load_i32,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  mremap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  sched_yield,
  store_i32,
  view,
  type Ptr,
} from '@atoll/posix'

const map = (pages: number): Promise<Ptr> =>
  mmap(0, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)

async function grow(at: Ptr): Promise<void> {
  await mremap(at, PAGE_SIZE, 2 * PAGE_SIZE)
  await store_i32(at + PAGE_SIZE, 2)
}

const word = async (at: Ptr): Promise<number | undefined> => new Int32Array((await copyout(at, 4)).buffer)[0]

/** What is accessed before and after its object grows in place is the same memory, in every way. */
export async function main(): Promise<void> {
  const scalars = await map(1)
  await store_i32(scalars, 1)
  await load_i32(scalars)
  await grow(scalars)
  await store_i32(scalars, 3)
  console.log(await word(scalars), await load_i32(scalars), await load_i32(scalars + PAGE_SIZE))

  const viewed = await map(1)
  const early = await view(viewed, Int32Array, 4, PROT_READ | PROT_WRITE)
  const watched = await view(viewed, Int32Array, 4)
  await grow(viewed)
  early[2] = 6
  await sched_yield()
  await store_i32(viewed + 4, 5)
  early[3] = 7
  await sched_yield()
  console.log(early.join(), watched.join(), await word(viewed + 4), await word(viewed + 8), await word(viewed + 12))
}
