/**
 * Thrown to take a stack down for good: `finally` blocks and cleanup handlers run, `catch` clauses of resumable
 * functions never see it.
 */
export class Unwind {
  /** `callback`: a host callback has called `exit`, and is taken down; what it asked for goes on elsewhere. */
  readonly reason: 'thread-exit' | 'process-exit' | 'cancellation' | 'callback'
  /** The thread's result, or the process's exit status. */
  readonly value: unknown
  constructor(reason: Unwind['reason'], value: unknown) {
    this.reason = reason
    this.value = value
  }
}
