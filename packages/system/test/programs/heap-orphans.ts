import {
  copyin,
  free,
  malloc,
  malloc_usable_size,
  nanosleep,
  pthread_create,
  pthread_join,
  realloc,
} from '@atoll/posix'

const attempt = async (what: string, call: () => Promise<unknown>): Promise<void> => {
  try {
    await call()
    console.log(what, 'done')
  } catch (error) {
    console.log(what, String(error).replace(/0x[0-9a-f]+/, 'it'))
  }
}

const allocate = async (): Promise<number[]> => [await malloc(100), await malloc(100), await malloc(100), await malloc(100_000)]

/** On kernel 1, with blocks that were allocated on kernel 2, which dies. No thread is there then. */
export async function main(): Promise<void> {
  const thread = await pthread_create({ cpus: [1] }, allocate)
  const [known = 0, small = 0, kept = 0, large = 0] = await pthread_join<number[]>(thread)
  await free(known) // from now on this kernel knows whose the arena is
  await nanosleep(10_000)
  await copyin(kept, Uint8Array.of(1)) // nothing was there: the page is not lost
  await attempt('the size of a block', () => malloc_usable_size(kept))
  await attempt('another size for a block', () => realloc(kept, 1000))
  await attempt('free a block', () => free(small))
  console.log('the size of a large block', await malloc_usable_size(large))
  await attempt('another size for a large block', async () => free(await realloc(large, 200_000)))
  const mine = await malloc(100)
  await attempt('free a block of this kernel', () => free(mine))
  await attempt('free it twice', () => free(mine))
}
