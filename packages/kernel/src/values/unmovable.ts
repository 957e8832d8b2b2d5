/** Thrown inside the encoder when it meets what can't move; `locate` finds out afterwards how it was reached. */
export class Unmovable {
  constructor(
    /** The object, function or symbol that can't move. */
    readonly culprit: object | symbol,
    /** What it is and why that can't move, without a full stop. */
    readonly reason: string,
    /** An imperative clause. */
    readonly remedy = 'open it again after the move, or keep the thread on this kernel while it is needed',
  ) {}
}

export const SHARED_MEMORY = 'memory that is shared with other isolates'
