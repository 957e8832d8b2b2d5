import type { KernelId, Messenger } from '@atoll/messaging'
import { waits } from './protocol.js'
import { waitCode, type WaitCode, type WaitDefinition } from './wait-code.js'
import type { Frame } from '../frames/frame.js'
import type { Fiber } from '../threads/fiber.js'
import type { Kernel } from '../kernel.js'
import type { WaitReference } from './home.js'

/**
 * The waiter's side of the wait protocol: takes outcomes to the fibers that wait for them. An outcome for a thread that is not here, or for
 * a wait that is over, is ignored: the home sends it again to where the thread rebinds.
 */
export class Waiters {
  readonly #kernel: Kernel
  readonly #messenger: Messenger
  /** Fibers whose wait at a home has not been confirmed: their threads can't move yet. */
  readonly #unconfirmed = new Set<Fiber>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    this.#messenger = kernel.messenger
    this.#messenger.on(waits.registered, (_from, reference) => {
      const fiber = this.#find(reference)
      if (fiber) this.#confirm(fiber)
    })
    this.#messenger.on(waits.complete, (from, message) => {
      const fiber = this.#find(message)
      if (!fiber) return
      this.#messenger.send(from, waits.acknowledge, { tid: message.tid, wait: message.wait })
      this.#unconfirmed.delete(fiber)
      kernel.resolveWait(fiber, message) // before anything may move the thread, which would leave this fiber behind
      kernel.scheduler.reconsider(fiber.thread)
    })
  }

  /** Remembers that the home of this fiber's wait has not answered yet. */
  await(fiber: Fiber): void {
    this.#unconfirmed.add(fiber)
  }

  isUnconfirmed(fiber: Fiber): boolean {
    return this.#unconfirmed.has(fiber)
  }

  /** The fiber's wait is over or void. */
  forget(fiber: Fiber): void {
    this.#unconfirmed.delete(fiber)
  }

  rebind(home: KernelId, fiber: Fiber): void {
    const { tid, epoch } = fiber.thread
    this.#messenger.send(home, waits.rebind, { tid, fiber: fiber.number, wait: fiber.wait, epoch })
  }

  abandon(home: KernelId, fiber: Fiber): void {
    this.#messenger.send(home, waits.abandon, { tid: fiber.thread.tid, wait: fiber.wait })
  }

  #confirm(fiber: Fiber): void {
    if (this.#unconfirmed.delete(fiber)) this.#kernel.scheduler.reconsider(fiber.thread)
  }

  #find({ tid, fiber: number, wait }: WaitReference): Fiber | null {
    const fiber = this.#kernel.threads.get(tid)?.fiber(number)
    return fiber?.state === 'blocked' && fiber.wait === wait ? fiber : null
  }
}

/** What makes a wait on an object that has a home. */
export interface HomeWaitDefinition<Slots> extends Pick<WaitDefinition, 'result'> {
  /** Slots beside `home`. */
  readonly slots: readonly (keyof Slots & string)[]
  /** Sends the request that registers the wait. */
  readonly request: (slots: Slots & { readonly home: KernelId }, reference: WaitReference, kernel: Kernel) => void
}

/** Defines a blocking call that waits at the home of its object, by the wait protocol. */
export function homeWaitCode<Slots>(name: string, definition: HomeWaitDefinition<Slots>): WaitCode {
  const { slots, request, result } = definition
  const homeOf = (frame: Frame): KernelId => frame['home'] as KernelId
  return waitCode(name, {
    slots: ['home', ...slots],
    ...(result && { result }),
    register: (frame, fiber, kernel, arrived) => {
      if (arrived) {
        kernel.waiters.rebind(homeOf(frame), fiber)
        return
      }
      kernel.waiters.await(fiber)
      const reference = { tid: fiber.thread.tid, fiber: fiber.number, wait: fiber.wait }
      request(frame as unknown as Slots & { readonly home: KernelId }, reference, kernel)
    },
    withdraw: (frame, fiber, kernel, ended) => {
      kernel.waiters.forget(fiber)
      if (ended) kernel.waiters.abandon(homeOf(frame), fiber)
    },
    holds: (_frame, fiber) =>
      fiber.thread.process.kernel.waiters.isUnconfirmed(fiber) ? 'a request to another kernel is under way' : null,
  })
}
