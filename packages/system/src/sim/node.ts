import { PAGE_BYTES, type KernelId, type NodeDescriptor } from '@atoll/messaging'

const GIB = 2 ** 30

/** What a simulated kernel says of its node, which so many share: the same on every host, and never measured. */
export const simulatedNode = (kernel: KernelId, kernelsPerMachine: number): NodeDescriptor => ({
  name: `sim-${Math.ceil(kernel / kernelsPerMachine)}`,
  isa: process.arch,
  byteOrder: 'LE',
  cores: 1,
  memoryBytes: GIB,
  runtime: 'node',
  version: process.versions.node,
  pageBytes: PAGE_BYTES,
  speed: 1,
  labels: {},
  cost: 1,
})
