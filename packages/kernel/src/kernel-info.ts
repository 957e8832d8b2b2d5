import type { KernelId, NodeDescriptor } from '@atoll/messaging'
import { cpuOf } from './process/numbers.js'

/** A kernel of a system, as programs and hosts see it. */
export interface KernelInfo {
  readonly kernel: KernelId
  /** Its number as a CPU of the system, as `sched_setaffinity` takes it. */
  readonly cpu: number
  /** The computer that it runs on. */
  readonly node: NodeDescriptor
}

/** A kernel that takes part, as membership knows it. */
export interface SystemMember {
  readonly id: KernelId
  readonly node: NodeDescriptor
}

/** A member of the system as others see it. */
export const kernelInfo = ({ id, node }: SystemMember): KernelInfo => ({ kernel: id, cpu: cpuOf(id), node })

/** The computers that these members run on, each once. */
export const nodesOf = (members: Iterable<SystemMember>): NodeDescriptor[] => [
  ...new Map(Array.from(members, ({ node }) => [node.name, node])).values(),
]
