/** Every row that this workspace measures: each has a file of this name under `rows`. */
export type RowName = ThreadRow | MessageRow | MemoryRow | ProgramRow | GrowthRow

type ThreadRow =
  | 'threads/await-ready'
  | 'threads/fib'
  | 'threads/loop'
  | 'threads/loop-preempted'
  | 'threads/switch'
  | 'threads/create-join-local'
  | 'threads/create-join-remote'
  | 'threads/move'
  | 'threads/move-heavy'
  | 'threads/memory'
  | 'threads/skewed'

type MessageRow =
  'messages/rpc-hot' | 'messages/rpc-parked' | 'messages/stream' | 'messages/bulk' | 'messages/idle' | 'messages/crowd'

type MemoryRow =
  | 'memory/view'
  | 'memory/scalar-hit'
  | 'memory/read-fault'
  | 'memory/ping-pong'
  | 'memory/stream'
  | 'memory/false-sharing'

type ProgramRow = `npb/${'ep' | 'is' | 'mg' | 'ft'}-${'1' | '2' | 'sab'}` | 'npb/ep-c'

/** Counted among simulated kernels, not timed. */
type GrowthRow = 'growth/page' | 'growth/invalidate' | 'growth/invalidate-depth'

/** What a row has open while it is measured. Both sides have whatever they need warm and idle when they are not asked. */
export interface Sides {
  /** Measures Atoll once more, in the row's unit. */
  value(): Promise<number>
  /** Measures the peer once more, in the row's unit. */
  peer(): Promise<number>
  close(): Promise<void>
}

/** Something measured beside its peer. */
export interface Row<N extends RowName = RowName> {
  readonly name: N
  /** What both sides are measured in. */
  readonly unit: string
  /** What the value is held against. */
  readonly peer: string
  /** Is it good to have less of it, or more? */
  readonly better: 'lower' | 'higher'
  /** The ratio of value to peer to reach; `null`: reported only. */
  readonly target: number | null
  /** Sets both sides up. Runs in a process of its own, in which garbage collection is exposed. */
  open(): Promise<Sides>
}
