import type { KernelId, Messenger } from '@atoll/messaging'
import { DEADLINE_SLOTS, endDeadline, startDeadline } from './deadline.js'
import { waits } from './protocol.js'
import { waitCode, type WaitCode, type WaitDefinition } from './wait-code.js'
import type { Frame } from '../frames/frame.js'
import type { Fiber } from '../threads/fiber.js'
import type { Kernel } from '../kernel.js'
import { PosixError } from '../posix-error.js'
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
      endDeadline(fiber, kernel)
      kernel.resolveWait(fiber, message) // before anything may move the thread, which would leave this fiber behind
      kernel.scheduler.reconsider(fiber.thread)
    })
    kernel.membership.events.on('died', ({ id }) => {
      this.#homeGone(id)
    })
    kernel.membership.events.on('left', ({ id }) => {
      this.#homeGone(id)
    })
  }

  /** Remembers that the home of this fiber's wait has not answered yet. */
  await(fiber: Fiber): void {
    this.#unconfirmed.add(fiber)
  }

  /** Has the home of this fiber's wait not answered yet? */
  isUnconfirmed(fiber: Fiber): boolean {
    return this.#unconfirmed.has(fiber)
  }

  /** The fiber's wait is over or void. */
  forget(fiber: Fiber): void {
    this.#unconfirmed.delete(fiber)
  }

  /** Tells the home that the fiber waits here now. */
  rebind(home: KernelId, fiber: Fiber): void {
    const { tid, epoch } = fiber.thread
    this.#messenger.send(home, waits.rebind, { tid, fiber: fiber.number, wait: fiber.wait, epoch })
  }

  /** Tells the home that nobody waits any more. */
  abandon(home: KernelId, fiber: Fiber): void {
    this.#messenger.send(home, waits.abandon, { tid: fiber.thread.tid, wait: fiber.wait })
  }

  /** Asks the home to end the fiber's wait as cancelled. It may have ended already: whichever outcome comes counts. */
  cancel(home: KernelId, fiber: Fiber): void {
    this.#messenger.send(home, waits.cancel, { tid: fiber.thread.tid, wait: fiber.wait })
  }

  /** Ends a wait with `EIO` that no home can end any more. */
  fail(fiber: Fiber, frame: Frame, home: KernelId): void {
    this.#unconfirmed.delete(fiber)
    endDeadline(fiber, this.#kernel)
    const { scheduler } = this.#kernel
    const explanation = `kernel ${home}, the home of what the call waits for, has died or left`
    scheduler.wake(fiber, new PosixError('EIO', syscallOf(frame), explanation), true)
    scheduler.reconsider(fiber.thread)
  }

  #homeGone(home: KernelId): void {
    for (const thread of [...this.#kernel.threads.values()]) {
      for (const fiber of thread.fibers()) {
        const { state, top } = fiber
        if (state === 'blocked' && top && (top.$f as WaitCode).homeOf(top) === home) this.fail(fiber, top, home)
      }
    }
  }

  #confirm(fiber: Fiber): void {
    if (this.#unconfirmed.delete(fiber)) this.#kernel.scheduler.reconsider(fiber.thread)
  }

  #find({ tid, fiber: number, wait }: WaitReference): Fiber | null {
    const fiber = this.#kernel.threads.get(tid)?.fiber(number)
    return fiber?.state === 'blocked' && fiber.wait === wait ? fiber : null
  }
}

/** The call that a program made, of the frame that it is blocked in. Calls that share a frame's code keep their name in its slot `syscall`. */
export function syscallOf(frame: Frame): string {
  const syscall = frame['syscall']
  return typeof syscall === 'string' ? syscall : frame.$f.name
}

/** Is it known to have died or left? A message may precede the news that its sender has joined. */
function isGone(home: KernelId, { membership }: Kernel): boolean {
  const member = membership.get(home)
  return member !== undefined && member.state !== 'alive'
}

/** What makes a wait on an object that has a home. */
export interface HomeWaitDefinition<Slots> extends Pick<WaitDefinition, 'result'> {
  /** Slots beside `home`. */
  readonly slots: readonly (keyof Slots & string)[]
  /** Is the call a cancellation point? @default false */
  readonly cancellable?: boolean
  /** Has its frame the slots of `DeadlineSlots`? Then `result` says by them what a call returns whose time is up. @default false */
  readonly timed?: boolean
  /** Sends the request that registers the wait. */
  readonly request: (slots: Slots & { readonly home: KernelId }, reference: WaitReference, kernel: Kernel) => void
}

/** Defines a blocking call that waits at the home of its object, by the wait protocol. */
export function homeWaitCode<Slots>(name: string, definition: HomeWaitDefinition<Slots>): WaitCode {
  const { slots, request, result, cancellable = false, timed = false } = definition
  const homeOf = (frame: Frame): KernelId => frame['home'] as KernelId
  return waitCode(name, {
    slots: ['home', ...slots, ...(timed ? DEADLINE_SLOTS : [])],
    ...(result && { result }),
    ...(cancellable && {
      cancel: (frame, fiber, kernel) => {
        kernel.waiters.cancel(homeOf(frame), fiber)
      },
    }),
    homeOf,
    register: (frame, fiber, kernel, arrived) => {
      const home = homeOf(frame)
      if (isGone(home, kernel)) {
        kernel.waiters.fail(fiber, frame, home)
        return
      }
      if (timed) startDeadline(frame, fiber, kernel, home)
      if (arrived) {
        kernel.waiters.rebind(home, fiber)
        return
      }
      kernel.waiters.await(fiber)
      const reference = { tid: fiber.thread.tid, fiber: fiber.number, wait: fiber.wait }
      request(frame as unknown as Slots & { readonly home: KernelId }, reference, kernel)
    },
    withdraw: (frame, fiber, kernel, ended) => {
      kernel.waiters.forget(fiber)
      endDeadline(fiber, kernel)
      if (ended) kernel.waiters.abandon(homeOf(frame), fiber)
    },
    holds: (_frame, fiber) =>
      fiber.thread.process.kernel.waiters.isUnconfirmed(fiber) ? 'a request to another kernel is under way' : null,
  })
}
