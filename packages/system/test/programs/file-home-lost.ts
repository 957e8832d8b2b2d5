import {
  atoll,
  ftruncate,
  load_u8,
  MAP_SHARED,
  mmap,
  MS_SYNC,
  msync,
  munmap,
  O_RDWR,
  open,
  PAGE_SIZE,
  PosixError,
  PROT_READ,
  PROT_WRITE,
  sched_yield,
  store_u8,
} from '@atoll/posix'

async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    return String((await call) ?? 'done')
  } catch (error) {
    if (!(error instanceof PosixError)) throw error
    return (error as { signal?: string }).signal ?? error.code
  }
}

const map = async (fd: number): Promise<number> => mmap(0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd)

/** Prints what becomes of a mapped file when the kernel dies that was its home. */
export async function main([, path = '']: string[]): Promise<void> {
  const fd = await open(path, O_RDWR)
  const at = await map(fd)
  await store_u8(at, 1)
  const kernels = atoll.kernels().length
  console.log('mapped')
  while (atoll.kernels().length === kernels) await sched_yield()
  console.log('what was read:', await outcome(load_u8(at)))
  console.log('what was not:', await outcome(load_u8(at + PAGE_SIZE)))
  console.log('msync:', await outcome(msync(at, PAGE_SIZE, MS_SYNC)))
  console.log('ftruncate:', await outcome(ftruncate(fd, 1)))
  console.log('mmap:', await outcome(map(fd)))
  console.log('munmap:', await outcome(munmap(at, 2 * PAGE_SIZE)))
  const again = await map(await open(path, O_RDWR))
  console.log('opened again:', await load_u8(again), await load_u8(again + PAGE_SIZE))
  await store_u8(again, 2)
}
