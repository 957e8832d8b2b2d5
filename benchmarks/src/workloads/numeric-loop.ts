/** Turns of the loops of `threads/loop` and `threads/loop-preempted`. */
export const TURNS = 20_000_000

/** The loop as a plain function. The programs have the same in resumable functions. */
export function numericLoop(turns: number): number {
  let sum = 0
  for (let i = 0; i < turns; i++) sum = (sum + (i ^ (i >>> 3))) | 0
  return sum
}
