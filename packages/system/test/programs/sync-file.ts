import { MAP_SHARED, mmap, MS_SYNC, msync, O_RDWR, open, PAGE_SIZE, PROT_READ, PROT_WRITE, store_u8 } from '@atoll/posix'

/** Prints how `msync` of a changed page ends. */
export async function main([, path = '']: string[]): Promise<void> {
  const at = await mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, await open(path, O_RDWR))
  await msync(at, PAGE_SIZE, MS_SYNC) // nothing is changed
  await store_u8(at, 1)
  try {
    await msync(at, PAGE_SIZE, MS_SYNC)
  } catch (error) {
    console.log((error as { code: string }).code)
  }
}
