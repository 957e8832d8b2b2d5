import { RingExchange } from '@atoll/messaging'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FromRingWorker, RingData, RingTask, TaskKind, ToRingWorker } from './wire.js'

const CALLER = 1
const ANSWERER = 2

/** Two worker threads, each with what a kernel has to talk with (messenger, ring transport, loop) and nothing else. */
export class RingPair {
  readonly #caller: Worker
  readonly #answerer: Worker

  private constructor(caller: Worker, answerer: Worker) {
    this.#caller = caller
    this.#answerer = answerer
  }

  static async open(): Promise<RingPair> {
    const exchange = new RingExchange()
    const caller = start(exchange, CALLER, ANSWERER)
    const answerer = start(exchange, ANSWERER, CALLER)
    await Promise.all([once(caller, 'online'), once(answerer, 'online')])
    return new RingPair(caller, answerer)
  }

  /** Time of the whole task, in ms. */
  async run(kind: TaskKind, count: number): Promise<number> {
    return new Promise((resolve) => {
      const listen = (message: FromRingWorker): void => {
        if (message.kind !== 'done') return
        this.#caller.off('message', listen)
        resolve(message.elapsedMs)
      }
      this.#caller.on('message', listen)
      this.#caller.postMessage({ kind, count } satisfies RingTask)
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#caller.terminate(), this.#answerer.terminate()])
  }
}

function start(exchange: RingExchange, self: number, peer: number): Worker {
  const bell = exchange.register(self, (offer, transfer) => {
    worker.postMessage(offer satisfies ToRingWorker, transfer)
  })
  const workerData: RingData = { self, peer, bell }
  const worker = new Worker(new URL('./ring-worker.js', import.meta.url), { workerData })
  worker.on('message', (message: FromRingWorker) => {
    if (message.kind === 'link') exchange.request(self, message.peer)
  })
  return worker
}
