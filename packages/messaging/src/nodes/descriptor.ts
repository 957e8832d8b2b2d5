import { availableParallelism, endianness, hostname, totalmem } from 'node:os'
import { bool, f64, list, string, struct, u32, u64, type Field, type Values } from '../declare/fields.js'
import { PAGE_BYTES } from './page.js'

/** What a node says of itself: what placement decides by. */
export interface NodeDescriptor {
  /** The computer's name. Kernels with the same name are on the same node. */
  readonly name: string
  /** Instruction set, in Node's words: `x64`, `arm64`, `s390x`, … */
  readonly isa: string
  readonly byteOrder: 'LE' | 'BE'
  /** Cores that kernels may use. */
  readonly cores: number
  readonly memoryBytes: number
  /** What runs the kernels: `node`. */
  readonly runtime: string
  /** The runtime's version: `20.11.0`. */
  readonly version: string
  /** Unit of memory consistency, in bytes. */
  readonly pageBytes: number
  /** Measured by `measureSpeed`, in millions of its steps per second; 0 if it was not measured. */
  readonly speed: number
  /** Whatever the node's owner wants placement to know: `{ gpu: 'yes', zone: 'eu' }`. */
  readonly labels: Readonly<Record<string, string>>
  /** What the node costs, in any unit that the system's nodes share. @default 1 */
  readonly cost: number
}

/** What only the node's owner knows, or a measurement. */
export type NodeOptions = Partial<Pick<NodeDescriptor, 'name' | 'cores' | 'speed' | 'labels' | 'cost'>>

/** Describes the computer that this isolate runs on. */
export function describeNode({ name, cores, speed, labels, cost }: NodeOptions = {}): NodeDescriptor {
  return {
    name: name ?? hostname(),
    isa: process.arch,
    byteOrder: endianness(),
    cores: cores ?? availableParallelism(),
    memoryBytes: totalmem(),
    runtime: 'node',
    version: process.versions.node,
    pageBytes: PAGE_BYTES,
    speed: speed ?? 0,
    labels: labels ?? {},
    cost: cost ?? 1,
  }
}

/** The fields of a node descriptor. */
export const nodeShape = {
  name: string,
  isa: string,
  bigEndian: bool,
  cores: u32,
  memoryBytes: u64,
  runtime: string,
  version: string,
  pageBytes: u32,
  speed: f64,
  labels: list(struct({ name: string, value: string })),
  cost: f64,
}

/** A node descriptor as it crosses; see {@link packNode}, {@link unpackNode}. */
export type WireNode = Values<typeof nodeShape>

/** The field type of node descriptors. */
export const wireNode: Field<WireNode> = struct(nodeShape)

/** A descriptor as a field's value. */
export function packNode({ byteOrder, labels, ...plain }: NodeDescriptor): WireNode {
  const pairs = Object.entries(labels).map(([name, value]) => ({ name, value }))
  return { ...plain, bigEndian: byteOrder === 'BE', labels: pairs }
}

/** The descriptor that a field's value stands for. */
export function unpackNode({ bigEndian, labels, ...plain }: WireNode): NodeDescriptor {
  const record = Object.fromEntries(labels.map(({ name, value }) => [name, value]))
  return { ...plain, byteOrder: bigEndian ? 'BE' : 'LE', labels: record }
}
