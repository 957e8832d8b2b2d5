import {
  _SC_NPROCESSORS_ONLN,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
  sched_setaffinity,
  sysconf,
  view,
} from '@atoll/posix'

/** Views go with their thread to kernels that the process has no memory on yet, and can be disposed of there. */
export async function main(): Promise<number> {
  const cpus = sysconf(_SC_NPROCESSORS_ONLN)
  const memory = await mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS)
  {
    using numbers = await view(memory, Float64Array, 8, PROT_READ | PROT_WRITE)
    using bytes = await view(memory, DataView, 64)
    for (let cpu = 0; cpu < cpus; cpu++) {
      await sched_setaffinity(0, [cpu])
      numbers[1] += 1
    }
    console.log(numbers[1] === cpus, bytes.getFloat64(8, true) === cpus)
  }
  const again = await view(memory, Float64Array, 8)
  await sched_setaffinity(0, [0])
  again[Symbol.dispose]()
  console.log(again[1] === cpus)
  return 0
}
