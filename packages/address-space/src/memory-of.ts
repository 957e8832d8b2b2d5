import type { Kernel, ProcessReplica } from '@atoll/kernel'
import { ProcessMemory } from './access/process-memory.js'

const makers = new WeakMap<Kernel, (process: ProcessReplica) => ProcessMemory>()

/** Has `make` make what a kernel knows of its processes' memory, when it is first needed. */
export function provideMemory(kernel: Kernel, make: (process: ProcessReplica) => ProcessMemory): void {
  makers.set(kernel, make)
}

/** A process's memory on its replica's kernel. */
export function memoryOf(process: ProcessReplica): ProcessMemory {
  if (process.memory instanceof ProcessMemory) return process.memory
  const make = makers.get(process.kernel)
  if (!make) throw new Error(`kernel ${process.kernel.id} was booted without its address-space service`)
  const memory = make(process)
  process.memory = memory
  return memory
}
