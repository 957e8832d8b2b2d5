import { READY } from '../frames/builtin.js'
import { SUSPENDED, type Frame } from '../frames/frame.js'
import { completeStack } from '../frames/logical-stack.js'
import { registers } from '../frames/registers.js'
import type { Fiber } from './fiber.js'

/**
 * Runs a fiber from its innermost frame until it ends (`true`: outcome in `value` and `thrown`) or suspends (`false`:
 * `top` is its new innermost frame). A trampoline: each frame is resumed on an empty native stack, so that the depth
 * of a resumed stack never matters; only the frame that goes on is rebuilt, its callers stay as they are.
 */
export function run(fiber: Fiber): boolean {
  let frame: Frame | null = fiber.top
  let value = fiber.value
  let thrown = fiber.thrown
  let completed: unknown // the error that is on its way outward, whose stack is complete
  fiber.state = 'running'
  fiber.top = null
  fiber.value = undefined
  fiber.thrown = false
  registers.fiber = fiber
  while (frame !== null) {
    const caller: Frame | null = frame.$c
    try {
      value = frame.$f.resume(frame, value, thrown)
      if (value === SUSPENDED) {
        suspend(fiber, caller)
        return false
      }
      thrown = false
    } catch (error) {
      if (error !== completed) completeStack((completed = error), caller, fiber)
      value = error
      thrown = true
    }
    frame = caller
  }
  registers.callee = null
  fiber.state = 'ended'
  fiber.value = value
  fiber.thrown = thrown
  return true
}

/** Takes the stack that was just linked in the registers, puts it before `caller`, and clears the registers. */
export function suspend(fiber: Fiber, caller: Frame | null): void {
  const { head, tail } = registers
  if (head === null || tail === null) throw new Error('a resumable function returned SUSPENDED without linking a frame')
  tail.$c = caller
  registers.head = registers.tail = null
  if (head.$f === READY) {
    // All it would do is to return its value: that needs no turn of the trampoline.
    fiber.value = head['value']
    fiber.top = head.$c
  } else fiber.top = head
}
