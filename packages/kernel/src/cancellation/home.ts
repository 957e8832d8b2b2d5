import type { KernelId } from '@atoll/messaging'
import type { Kernel } from '../kernel.js'
import type { ErrorCode } from '../posix-error.js'
import { noSuchThread } from '../process/calls.js'
import type { ProcessHome, Refusal } from '../process/home.js'
import type { ThreadId } from '../threads/thread.js'
import { refusal, type WaitRecord, type WaitRequest } from '../waits/home.js'
import { Outcome } from '../waits/protocol.js'
import { requestCancellation } from './act.js'
import { cancellation } from './protocol.js'

/** The origin's side of `pthread_cancel`: it knows where a thread is, and follows one that moves. */
export class CancellationHome {
  readonly #kernel: Kernel
  readonly #home: ProcessHome

  constructor(kernel: Kernel, home: ProcessHome) {
    this.#kernel = kernel
    this.#home = home
    kernel.waitHome.serve(cancellation.cancel, (from, message) => {
      this.#cancel(from, message, message.target)
    })
  }

  #cancel(from: KernelId, request: WaitRequest, target: ThreadId): void {
    const { waitHome } = this.#kernel
    const record = waitHome.open(from, request, () => undefined)
    waitHome.confirm(record)
    this.#attempt(record, target)
  }

  #attempt(record: WaitRecord, target: ThreadId): void {
    const process = this.#home.process(record.pid)
    const entry = process?.threads.get(target)
    const again = (): void => {
      this.#attempt(record, target)
    }
    if (!process || process.ending || !entry || entry.outcome) this.#refuse(record, noSuchThread(target))
    else if (entry.motion) entry.motion.onArrival.push(again)
    else if (this.#deliverHere(record, target)) return
    else this.#deliver(record, entry.kernel, target, again)
  }

  /** At once: by the time that a message has come round, a thread that moves at every safe point is elsewhere. */
  #deliverHere(record: WaitRecord, target: ThreadId): boolean {
    const thread = this.#kernel.threads.get(target)
    if (!thread) return false
    requestCancellation(thread)
    this.#done(record)
    return true
  }

  /** `again`: it has left meanwhile, and the report of its departure, or arrival, has come before this reply. */
  #deliver(record: WaitRecord, kernel: KernelId, tid: ThreadId, again: () => void): void {
    this.#kernel.messenger.request(kernel, cancellation.deliver, { tid }, (error, reply) => {
      if (error) this.#refuse(record, { code: 'EIO', explanation: error.message })
      else if (reply.absent) again()
      else this.#done(record)
    })
  }

  #done(record: WaitRecord): void {
    const result = this.#kernel.encodePlain([undefined])
    this.#kernel.waitHome.complete(record, { outcome: Outcome.value, result })
  }

  #refuse(record: WaitRecord, { code, explanation }: Refusal): void {
    this.#kernel.waitHome.complete(record, refusal(code as ErrorCode, explanation))
  }
}
