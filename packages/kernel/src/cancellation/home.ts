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
    this.#home.pursuits.pursue(record.pid, target, {
      ask: (kernel, missed) => {
        this.#deliver(record, kernel, target, missed)
      },
      gone: () => {
        this.#refuse(record, noSuchThread(target))
      },
    })
  }

  /** A thread that is here is met at once: by the time that a message has come round, one that moves at every safe point is elsewhere. */
  #deliver(record: WaitRecord, kernel: KernelId, tid: ThreadId, missed: () => void): void {
    const thread = this.#kernel.threads.get(tid)
    if (thread) {
      requestCancellation(thread)
      this.#done(record)
      return
    }
    this.#kernel.messenger.request(kernel, cancellation.deliver, { tid }, (error, reply) => {
      if (error) this.#refuse(record, { code: 'EIO', explanation: error.message })
      else if (reply.absent) missed()
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
