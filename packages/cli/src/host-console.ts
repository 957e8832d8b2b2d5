import type { Console, OutputStream } from '@atoll/system'

/** The command's own standard output and error: what a program writes goes there as it is. */
export class HostConsole implements Console {
  /** `broken`: nobody reads what the program writes any more. */
  constructor(broken: () => void) {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error
        broken()
      })
    }
  }

  write(_pid: number, stream: OutputStream, data: Uint8Array): void {
    process[stream].write(data)
  }
}
