import { BroadcastChannel } from 'node:worker_threads'

/** What a measuring program is asked to do. */
export type Request = 'sample' | 'end'

/** A sample; 0 at first, when the program listens. */
export type Reply = number

/** Takes a sample for each request on the channel of this name, until it is told to end. */
export async function takeSamples(channelName: string | undefined, sample: () => Promise<number>): Promise<void> {
  const requests = new Requests(channelName ?? '')
  requests.reply(0)
  while ((await requests.next()) === 'sample') requests.reply(await sample())
  requests.close()
}

/** Microseconds per operation since `startMs`. */
export const usSince = (startMs: number, operations: number): number =>
  ((performance.now() - startMs) * 1000) / operations

/** Nanoseconds per operation since `startMs`. */
export const nsSince = (startMs: number, operations: number): number => usSince(startMs, operations) * 1000

/** The requests that come through a channel, in order: one may come before anybody waits for it. */
class Requests {
  private readonly channel: BroadcastChannel
  private readonly received: Request[] = []
  private arrived: (() => void) | null = null

  constructor(channelName: string) {
    this.channel = new BroadcastChannel(channelName)
    this.channel.onmessage = (event) => {
      this.received.push((event as { data: Request }).data)
      this.arrived?.()
    }
  }

  next(): Promise<Request | undefined> {
    return new Promise((resolve) => {
      this.arrived = () => {
        if (this.received.length === 0) return
        this.arrived = null
        resolve(this.received.shift())
      }
      this.arrived()
    })
  }

  reply(value: Reply): void {
    this.channel.postMessage(value)
  }

  close(): void {
    this.channel.close()
  }
}
