import type { ProcessReplica } from '@atoll/kernel'
import { ProcessMemory } from './access/process-memory.js'

/** A process's memory on its replica's kernel. */
export function memoryOf({ memory, kernel }: ProcessReplica): ProcessMemory {
  if (memory instanceof ProcessMemory) return memory
  throw new Error(`kernel ${kernel.id} was booted without its address-space service`)
}
