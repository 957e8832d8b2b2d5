import { Outcome, refusal, type ErrorCode, type Kernel, type WaitOutcome, type WaitRequest } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'

/** Why a call fails: an error of the application API, and what to do about it. */
export interface Refused {
  readonly code: ErrorCode
  readonly explanation: string
}

/** How a call ends. */
export type Answer = { readonly value: unknown } | Refused

/** Ends a call, once. */
export type Answering = (answer: Answer) => void

/** What serves calls. */
export type AnsweringKernel = Pick<Kernel, 'waitHome' | 'encodePlain'>

/** An answer as the wait protocol has it. */
export function outcomeOf({ encodePlain }: Pick<Kernel, 'encodePlain'>, answer: Answer): WaitOutcome {
  if ('code' in answer) return refusal(answer.code, answer.explanation)
  return { outcome: Outcome.value, result: encodePlain([answer.value]) }
}

/**
 * Serves a call of a thread on kernel `from`, which is no cancellation point. `run` answers at once; or later, after it has asked another kernel: then the thread waits, and
 * may move, by the wait protocol.
 */
export function serveCall(
  kernel: AnsweringKernel,
  from: KernelId,
  request: WaitRequest,
  run: (done: Answering) => void,
): void {
  const { waitHome } = kernel
  const answers: Answer[] = []
  let later: Answering | null = null
  run((answer) => {
    if (later) later(answer)
    else answers.push(answer)
  })
  const [atOnce] = answers
  if (atOnce) {
    waitHome.answer(from, request, outcomeOf(kernel, atOnce))
    return
  }
  let isAbandoned = false
  const record = waitHome.open(from, request, () => {
    isAbandoned = true
  })
  later = (answer) => {
    if (!isAbandoned) waitHome.complete(record, outcomeOf(kernel, answer))
  }
  waitHome.confirm(record)
}
