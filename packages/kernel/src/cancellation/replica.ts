import type { Kernel } from '../kernel.js'
import { requestCancellation } from './act.js'
import { cancellation } from './protocol.js'

/** Every kernel's side of `pthread_cancel`: takes requests to the threads that are here. */
export function serveCancellation({ messenger, threads }: Kernel): void {
  messenger.serve(cancellation.deliver, (_from, { tid }, reply) => {
    const thread = threads.get(tid)
    if (thread) requestCancellation(thread)
    reply({ absent: thread === undefined })
  })
}
