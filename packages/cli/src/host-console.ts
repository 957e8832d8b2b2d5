import type { Console, OutputStream } from '@atoll/system'

/** The command's own standard output and error: what a program writes goes there as it is. */
export class HostConsole implements Console {
  /** Pending while a stream has more than it can pass on. */
  readonly #drained: Partial<Record<OutputStream, Promise<void> | undefined>> = {}

  /** `broken`: nobody reads what the program writes any more. */
  constructor(broken: () => void) {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error
        broken()
      })
    }
  }

  write(_pid: number, stream: OutputStream, data: Uint8Array): undefined | Promise<void> {
    if (process[stream].write(data)) return undefined
    this.#drained[stream] ??= new Promise((resolve) => {
      process[stream].once('drain', () => {
        this.#drained[stream] = undefined
        resolve()
      })
    })
    return this.#drained[stream]
  }
}
