import { block, callDirectly, callingThread, waitCode } from '@atoll/kernel'
import { continuation, goOn } from '../continuation.js'

/** The module whose calls synchronize. */
const API = '@atoll/posix'

/**
 * For a call of the application API by which threads synchronize: what the calling thread's kernel has written under release consistency is to be seen
 * by others first. If there is none `call` is made at once; else the call begins again, as `name(…args)`, when others see it.
 */
export function afterRelease(name: string, args: readonly unknown[], call: () => unknown): unknown {
  const { memory, kernel } = callingThread(name).process
  if (memory?.isDirty !== true) return call()
  return goOn(block(kernel, { $f: RELEASE, $p: 0, $c: null, syscall: name }), {
    $f: AGAIN,
    $p: 0,
    $c: null,
    name,
    args,
  })
}

/** Ends when others can see what was written here. Where a thread arrives that has moved meanwhile nothing of its own is left to be released. */
const RELEASE = waitCode('release', {
  slots: ['syscall'],
  register: (_frame, fiber, kernel) => {
    const { memory } = fiber.thread.process
    const released = (): void => {
      if (fiber.state === 'blocked') kernel.scheduler.wake(fiber, undefined, false)
    }
    if (memory) memory.release(released)
    else released()
  },
  withdraw: () => undefined,
})

const AGAIN = continuation('call after release', ['name', 'args'], (frame) => {
  const [name, args] = [frame['name'] as string, frame['args'] as readonly unknown[]]
  const { externals } = callingThread(name).process.kernel
  return callDirectly(externals.named(`${API}#${name}`) as (...given: unknown[]) => unknown, undefined, args)
})
