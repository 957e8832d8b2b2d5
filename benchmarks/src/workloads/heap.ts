import { getHeapStatistics } from 'node:v8'

/** Bytes that this isolate holds on to: its heap, and the buffers beside it. Collects garbage first: run with `--expose-gc`. */
export function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('heapBytes needs node --expose-gc: garbage would count')
  globalThis.gc()
  globalThis.gc()
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
