/** Either end of a `MessagePair`. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'

/** What a worker is started with. */
export interface PairData {
  readonly role: 'caller' | 'answerer'
  /** Its end of the channel between the two. */
  readonly port: MessagePort
}

/** What the caller is asked to do. */
export interface PairTask {
  readonly kind: 'round-trips' | 'stream'
  readonly count: number
}

/** How long it took. */
export interface PairReply {
  readonly elapsedMs: number
}

/** A small message as Atoll's rows send them. A bare number is answered by itself. */
interface SmallMessage {
  readonly tid: number
  readonly page: number
  readonly access: number
  readonly isLast: boolean
}

if (parentPort === null) throw new Error('message-worker.js is started by message-pair.js, as a worker thread')
const controller = parentPort
const { role, port } = workerData as PairData

if (role === 'answerer') {
  port.on('message', (message: SmallMessage | number) => {
    if (typeof message === 'number') port.postMessage(message)
    else if (message.isLast) port.postMessage(message.tid)
  })
} else {
  let answered: () => void = () => undefined
  port.on('message', () => {
    answered()
  })
  controller.on('message', ({ kind, count }: PairTask) => {
    const start = performance.now()
    const finish = (): void => {
      controller.postMessage({ elapsedMs: performance.now() - start } satisfies PairReply)
    }
    answered = kind === 'stream' ? finish : countDown(count, finish)
    if (kind === 'stream') stream(count)
    else answered()
  })
}

/** Sends a number, and another at each call, until `count` were answered. */
function countDown(count: number, finish: () => void): () => void {
  let left = count
  return () => {
    if (left === 0) finish()
    else port.postMessage(left--)
  }
}

function stream(count: number): void {
  for (let tid = 1; tid <= count; tid++)
    port.postMessage({ tid, page: 7, access: 1, isLast: tid === count } satisfies SmallMessage)
}
