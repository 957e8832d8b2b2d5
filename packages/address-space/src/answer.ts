import {
  Outcome,
  refusal,
  type ErrorCode,
  type Kernel,
  type WaitOutcome,
  type WaitRecord,
  type WaitRequest,
} from '@atoll/kernel'
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

/**
 * Serves a call of a thread on kernel `from`: `run` answers at once, or later; then the thread waits, and may move, by the wait protocol.
 */
export function serveCall(kernel: Kernel, from: KernelId, request: WaitRequest, run: (done: Answering) => void): void {
  const { waitHome } = kernel
  let record: WaitRecord | null = null
  let isAnswered = false
  run((answer) => {
    if (isAnswered) return
    isAnswered = true
    if (record) waitHome.complete(record, outcomeOf(kernel, answer))
    else waitHome.answer(from, request, outcomeOf(kernel, answer))
  })
  if (isAnswered) return
  record = waitHome.open(from, request, () => {
    isAnswered = true // by its cancellation, or its thread has ended; what it waits for ends on its own
  })
  waitHome.confirm(record)
}

function outcomeOf(kernel: Kernel, answer: Answer): WaitOutcome {
  if ('code' in answer) return refusal(answer.code, answer.explanation)
  return { outcome: Outcome.value, result: kernel.encodePlain([answer.value]) }
}
