import type { Child } from '@atoll/system'
import { BroadcastChannel } from 'node:worker_threads'
import type { Reply, Request } from '../programs/samples.js'
import { succeed } from './program-failure.js'

/** A process that takes a sample whenever it is asked to: its code stays warm in between. Its side is `programs/samples.ts`. */
export class MeasuringProgram {
  readonly #channel: BroadcastChannel
  readonly #ended: Promise<void>
  #replied: (reply: Reply) => void = () => undefined

  private constructor(channel: BroadcastChannel, ended: Promise<void>) {
    this.#channel = channel
    this.#ended = ended
    channel.onmessage = (event) => {
      this.#replied((event as { data: Reply }).data)
    }
  }

  /**
   * Has the process started by `spawn`, which gives it the name of the channel to listen on, and waits until it does.
   *
   * @throws ProgramFailedError
   */
  static async start(spawn: (channel: string) => Promise<Child>): Promise<MeasuringProgram> {
    const name = `atoll-benchmark-${programs++}`
    const channel = new BroadcastChannel(name)
    const child = await spawn(name)
    child.stdout.pipe(process.stderr)
    const program = new MeasuringProgram(channel, succeed(child))
    await program.#reply()
    return program
  }

  /**
   * One more sample.
   *
   * @throws ProgramFailedError
   */
  async sample(): Promise<number> {
    const reply = this.#reply()
    this.#channel.postMessage('sample' satisfies Request)
    return reply
  }

  /** Has the process end. */
  async close(): Promise<void> {
    this.#channel.postMessage('end' satisfies Request)
    await this.#ended
    this.#channel.close()
  }

  /** The next reply; the process's failure if that comes first. */
  #reply(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#replied = resolve
      this.#ended.catch(reject)
    })
  }
}

let programs = 0
