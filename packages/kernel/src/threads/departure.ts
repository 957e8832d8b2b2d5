import type { KernelId } from '@atoll/messaging'

/** Why a thread can't go, as the application API reports it. */
export interface MoveRefusal {
  readonly code: 'ENOTSUP' | 'EINVAL' | 'ESRCH'
  readonly explanation: string
}

/** Called once, when the thread has left, or can't. */
export type Decided = (refusal: MoveRefusal | null) => void

/** A thread's wish to go elsewhere, granted or refused at its next suspension. */
export interface Departure {
  readonly to: KernelId
  /** CPUs it may run on once it is there; `null`: as before. */
  readonly cpus: readonly number[] | null
  /** Who is to be told. */
  readonly decided: readonly Decided[]
}
