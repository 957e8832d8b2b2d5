import { closeSync, openSync, writeSync } from 'node:fs'
import { TraceFileError } from '../errors.js'
import type { Trace } from './trace.js'

/**
 * A trace in a file that Perfetto (`ui.perfetto.dev`) and `chrome://tracing` open: a JSON array of events, streamed, so that
 * a trace is as long as the disk allows. Readers of the format take one whose end is missing because its writer was killed.
 *
 * @example
 * container.register(Trace, { useValue: new TraceFile('run.json') })
 */
export class TraceFile implements Trace {
  readonly #path: string
  #fd: number | null
  #separator = '[\n'

  /**
   * @param path Replaced if it exists.
   * @throws TraceFileError if it can't be written.
   */
  constructor(path: string) {
    this.#path = path
    this.#fd = this.#trying(() => openSync(path, 'w'))
  }

  /**
   * Writes at once, so that what is not on disk is with the kernels, who know how much that may be.
   *
   * @throws TraceFileError. The file is closed then, and what comes after that goes nowhere.
   */
  write(events: string): void {
    const fd = this.#fd
    if (fd === null) return
    this.#trying(() => {
      writeWhole(fd, this.#separator + events)
    })
    this.#separator = ',\n'
  }

  /** Completes the file. */
  close(): void {
    const fd = this.#fd
    if (fd === null) return
    this.#trying(() => {
      writeWhole(fd, this.#separator === '[\n' ? '[]\n' : '\n]\n')
    })
    this.#fd = null
    closeSync(fd)
  }

  #trying<T>(operation: () => T): T {
    try {
      return operation()
    } catch (error) {
      if (this.#fd) closeSync(this.#fd)
      this.#fd = null
      throw new TraceFileError(this.#path, error)
    }
  }
}

function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
}
