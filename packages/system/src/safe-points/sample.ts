import type { Session } from 'node:inspector'
import type { CancelTimer, Clock } from '@atoll/kernel'

/** Native code can't be looked into while it runs: after so long nobody waits any more. */
const PATIENCE_US = 10_000_000

interface CallFrame {
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
}

/** A message of a worker's debugger: of those that are asked for here, what they have between them. */
interface FromDebugger {
  readonly method?: string
  readonly params?: { readonly scriptId: string; readonly url: string; readonly callFrames: readonly CallFrame[] }
}

/**
 * What a worker of this isolate is doing at this moment, as the lines of an error's stack: its debugger stops it, tells, and lets it go on, in
 * some milliseconds, from outside. Empty if it runs no JavaScript.
 */
export async function sampleStack(threadId: number, clock: Clock): Promise<readonly string[]> {
  const { Session } = await import('node:inspector')
  const session = new Session()
  session.connect()
  let cancel: CancelTimer = () => undefined
  try {
    return await new Promise((resolve) => {
      cancel = clock.setTimer(clock.monotonicUs() + PATIENCE_US, () => {
        resolve([])
      })
      new Sampling(session, threadId, resolve)
    })
  } finally {
    cancel()
    session.disconnect()
  }
}

/** A talk with the debugger of one worker, by way of the session of this isolate. */
class Sampling {
  readonly #session: Session
  readonly #resolve: (lines: readonly string[]) => void
  readonly #urls = new Map<string, string>()
  #sessionId = ''
  #requests = 0

  constructor(session: Session, threadId: number, resolve: (lines: readonly string[]) => void) {
    this.#session = session
    this.#resolve = resolve
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      if (workerInfo.workerId !== String(threadId)) return
      this.#sessionId = sessionId
      this.#send('Debugger.enable')
      this.#send('Debugger.pause')
    })
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
      if (sessionId === this.#sessionId) this.#receive(JSON.parse(message) as FromDebugger)
    })
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) => {
      if (error) resolve([]) // this is itself a worker: only a process's main isolate sees others
    })
  }

  #receive({ method, params }: FromDebugger): void {
    if (method === 'Debugger.scriptParsed' && params) this.#urls.set(params.scriptId, params.url)
    if (method !== 'Debugger.paused' || !params) return
    this.#send('Debugger.resume')
    this.#send('Debugger.disable')
    const lines = params.callFrames.map((frame) => this.#line(frame))
    this.#session.post('NodeWorker.detach', { sessionId: this.#sessionId }, () => {
      this.#resolve(lines)
    })
  }

  #line({ functionName, location: { scriptId, lineNumber, columnNumber } }: CallFrame): string {
    const place = `${this.#urls.get(scriptId) ?? ''}:${lineNumber + 1}:${columnNumber + 1}`
    return functionName === '' ? `    at ${place}` : `    at ${functionName} (${place})`
  }

  #send(method: string): void {
    const message = JSON.stringify({ id: ++this.#requests, method })
    this.#session.post('NodeWorker.sendMessageToWorker', { sessionId: this.#sessionId, message })
  }
}
