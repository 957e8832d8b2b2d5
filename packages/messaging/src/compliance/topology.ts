import type { KernelId } from '../kernel-id.js'

/** Which kernels talk. */
export interface Topology {
  readonly name: string
  readonly kernels: number
  /** From, to. */
  readonly edges: readonly (readonly [KernelId, KernelId])[]
}

const pair: Topology = {
  name: 'pair',
  kernels: 2,
  edges: [
    [1, 2],
    [2, 1],
  ],
}

const ring: Topology = { name: 'ring', kernels: 4, edges: [1, 2, 3, 4].map((from) => [from, (from % 4) + 1] as const) }

const mesh: Topology = {
  name: 'mesh',
  kernels: 4,
  edges: [1, 2, 3, 4].flatMap((from) => [1, 2, 3, 4].filter((to) => to !== from).map((to) => [from, to] as const)),
}

/** Two kernels, a circle of four, all four with all. */
export const TOPOLOGIES: readonly Topology[] = [pair, ring, mesh]
