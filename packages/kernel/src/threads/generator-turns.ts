import type { Turns } from '../frames/generator-state.js'
import type { SUSPENDED } from '../frames/frame.js'
import type { Kernel } from '../kernel.js'
import { block, waitCode } from '../waits/wait-code.js'
import type { Fiber } from './fiber.js'

/**
 * Requests to an `async` generator that is at work for another one. A request's turn is a number in its frame, so that it moves;
 * which fiber it is here, only this kernel knows.
 */
const waiting = new WeakMap<Turns, Map<number, Fiber>>()

/** Blocks the running fiber until it is the turn of request number `turn`. */
export const awaitTurn = (kernel: Kernel, turns: Turns, turn: number): typeof SUSPENDED =>
  block(kernel, { $f: TURN, $p: 0, $c: null, turns, turn })

/** Lets the fiber go on whose turn it is, if it waits already. */
export function callUp(kernel: Kernel, turns: Turns): void {
  const fiber = waiting.get(turns)?.get(turns.now)
  if (!fiber) return
  waiting.get(turns)?.delete(turns.now)
  kernel.scheduler.wake(fiber, undefined, false)
}

const TURN = waitCode('await-turn', {
  slots: ['turns', 'turn'],
  register: (frame, fiber, kernel) => {
    const turns = frame['turns'] as Turns
    const turn = frame['turn'] as number
    if (turn === turns.now) return kernel.scheduler.wake(fiber, undefined, false)
    const fibers = waiting.get(turns)
    if (fibers) fibers.set(turn, fiber)
    else waiting.set(turns, new Map([[turn, fiber]]))
  },
  withdraw: (frame) => {
    waiting.get(frame['turns'] as Turns)?.delete(frame['turn'] as number)
  },
})
