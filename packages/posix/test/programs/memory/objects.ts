import {
  close,
  ftruncate,
  MAP_SHARED,
  mmap,
  munmap,
  O_CREAT,
  O_RDWR,
  PAGE_SIZE,
  PosixError,
  PROT_READ,
  PROT_WRITE,
  sched_yield,
  shm_open,
  shm_unlink,
} from '@atoll/posix'

const RW = PROT_READ | PROT_WRITE

let descriptor = -1 // @kernel-local
let address = 0 // @kernel-local

/** One thing that can be done with a shared memory object; the process stays on its kernel. */
async function act(verb: string, operand: string): Promise<unknown> {
  switch (verb) {
    case 'make':
      return (descriptor = await shm_open(operand, O_CREAT | O_RDWR, 0o600))
    case 'open':
      return (descriptor = await shm_open(operand, O_RDWR))
    case 'size':
      return ftruncate(descriptor, Number(operand) * PAGE_SIZE)
    case 'map':
      address = await mmap(0, Number(operand) * PAGE_SIZE, RW, MAP_SHARED, descriptor)
      return undefined
    case 'unmap':
      return munmap(address, Number(operand) * PAGE_SIZE)
    case 'close':
      return close(descriptor)
    case 'unlink':
      return shm_unlink(operand)
    case 'stay':
      for (let i = 0; i < Number(operand); i++) await sched_yield()
      return undefined
    case 'flap':
      for (let i = 0; i < Number(operand); i++) await ftruncate(descriptor, (i % 3) * PAGE_SIZE)
      return undefined
    default:
      throw new Error(`no such verb: ${verb}`)
  }
}

/** Does what its arguments say, and prints how each went. */
export async function main([, ...steps]: string[]): Promise<void> {
  for (const step of steps) {
    const [verb = '', operand = ''] = step.split(' ')
    try {
      await act(verb, operand)
      console.log(`${step}: done`)
    } catch (error) {
      console.log(`${step}: ${error instanceof PosixError ? error.code : String(error)}`)
    }
  }
}
