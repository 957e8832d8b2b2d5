import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { PairData, PairReply, PairTask } from './message-worker.js'

/** Two plain worker threads that talk by `postMessage` through a channel of their own, and do nothing else. */
export class MessagePair {
  readonly #caller: Worker
  readonly #answerer: Worker

  private constructor(caller: Worker, answerer: Worker) {
    this.#caller = caller
    this.#answerer = answerer
  }

  static async open(): Promise<MessagePair> {
    const { port1, port2 } = new MessageChannel()
    const caller = start({ role: 'caller', port: port1 })
    const answerer = start({ role: 'answerer', port: port2 })
    await Promise.all([once(caller, 'online'), once(answerer, 'online')])
    return new MessagePair(caller, answerer)
  }

  /** Mean time of `count` round trips, one after the other, in µs. */
  async roundTripUs(count: number): Promise<number> {
    const elapsedMs = await this.#run({ kind: 'round-trips', count })
    return (elapsedMs * 1000) / count
  }

  /** Small messages per second, one way, until the last has arrived. */
  async messagesPerSecond(count: number): Promise<number> {
    return count / ((await this.#run({ kind: 'stream', count })) / 1000)
  }

  async close(): Promise<void> {
    await Promise.all([this.#caller.terminate(), this.#answerer.terminate()])
  }

  async #run(task: PairTask): Promise<number> {
    this.#caller.postMessage(task)
    const [{ elapsedMs }] = (await once(this.#caller, 'message')) as [PairReply]
    return elapsedMs
  }
}

function start(workerData: PairData): Worker {
  const { port } = workerData
  return new Worker(new URL('./message-worker.js', import.meta.url), { workerData, transferList: [port] })
}
