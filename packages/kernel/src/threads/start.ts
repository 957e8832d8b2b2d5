import { builtinCode } from '../frames/builtin.js'
import type { Frame } from '../frames/frame.js'
import { registers } from '../frames/registers.js'

/** Any function. */
export type Routine = (...args: unknown[]) => unknown

/** Calls `routine` by the direct protocol: its value, or `SUSPENDED`; throws what it throws. */
export function callDirectly(routine: Routine, self: unknown, args: readonly unknown[]): unknown {
  registers.callee = routine
  return registers.settle(routine, Reflect.apply(routine, self, args))
}

const START = builtinCode('start', ['routine', 'self', 'args'], (frame, value, thrown) => {
  if (thrown) throw value
  return callDirectly(frame['routine'] as Routine, frame['self'], frame['args'] as unknown[])
})

/** The first frame of a stack: calls `routine`. */
export const startFrame = (routine: unknown, self: unknown, args: readonly unknown[]): Frame => ({
  $f: START,
  $p: 0,
  $c: null,
  routine,
  self,
  args,
})
