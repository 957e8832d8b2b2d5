import { consoles, type Logger } from '@atoll/kernel'
import type { KernelId, Messenger } from '@atoll/messaging'
import type { Console, OutputStream } from '../console.js'

/** A kernel is told of what was taken once it is so many bytes: one message for many lines. */
const RECEIPT_BYTES = 256 << 10

/** Gives what processes print to the console, and tells their kernels what has been taken, so that nobody prints faster than others read. */
export class ConsoleOutput {
  readonly #console: Console
  readonly #messenger: Messenger
  readonly #sent: () => void
  readonly #logger: Logger
  /** By process and kernel: bytes taken that the kernel has not been told of. */
  readonly #untold = new Map<number, Map<KernelId, number>>()

  /** `sent` is called after something was sent. */
  constructor(console: Console, messenger: Messenger, logger: Logger, sent: () => void) {
    this.#console = console
    this.#messenger = messenger
    this.#logger = logger
    this.#sent = sent
  }

  write(kernel: KernelId, pid: number, stream: OutputStream, data: Uint8Array): void {
    if (!this.#untold.has(pid)) this.#untold.set(pid, new Map())
    const taken = (): void => {
      this.#taken(kernel, pid, data.length)
    }
    const later = this.#console.write(pid, stream, data)
    if (later === undefined) taken()
    else {
      later.then(taken, (error: unknown) => {
        this.#logger.error('the console could not take what a process wrote', { pid, stream, error })
        taken() // nobody will
      })
    }
  }

  /** The process has ended. */
  forget(pid: number): void {
    this.#untold.delete(pid)
  }

  #taken(kernel: KernelId, pid: number, bytes: number): void {
    const byKernel = this.#untold.get(pid)
    if (!byKernel) return // the process has ended
    const untold = (byKernel.get(kernel) ?? 0) + bytes
    byKernel.set(kernel, untold < RECEIPT_BYTES ? untold : 0)
    if (untold < RECEIPT_BYTES) return
    this.#messenger.send(kernel, consoles.taken, { pid, bytes: untold })
    this.#sent()
  }
}
