import { Readable } from 'node:stream'
import type { Console, OutputStream } from './console.js'

/** What one process writes, as Node's streams. They end with the process. */
export type Streams = Readonly<Record<OutputStream, Readable>>

/** The console that gives each process's output to its `child.stdout` and `child.stderr`. */
export class ChildStreams implements Console {
  readonly #byPid = new Map<number, Readonly<Record<OutputStream, Source>>>()

  /** The streams of a process; it may have written before anybody knows its number. */
  of(pid: number): Streams {
    return this.#of(pid)
  }

  write(pid: number, stream: OutputStream, data: Uint8Array): undefined | Promise<void> {
    return this.#of(pid)[stream].give(data)
  }

  /** The process has ended: so do its streams, once they are read. */
  end(pid: number): void {
    const { stdout, stderr } = this.#of(pid)
    this.#byPid.delete(pid)
    stdout.push(null)
    stderr.push(null)
  }

  #of(pid: number): Readonly<Record<OutputStream, Source>> {
    let streams = this.#byPid.get(pid)
    if (!streams) this.#byPid.set(pid, (streams = { stdout: new Source(), stderr: new Source() }))
    return streams
  }
}

/** Bytes that nobody has read, from which on the writer is asked to wait. */
const HIGH_WATER_BYTES = 256 << 10

/** A stream that is given its bytes from outside. */
class Source extends Readable {
  readonly #wanted: (() => void)[] = []

  constructor() {
    super({ highWaterMark: HIGH_WATER_BYTES })
  }

  /** Adds `data`. If that was more than enough, resolves when somebody reads on. */
  give(data: Uint8Array): undefined | Promise<void> {
    if (this.destroyed || this.push(data)) return undefined
    return new Promise((resolve) => this.#wanted.push(resolve))
  }

  override _read(): void {
    for (const resolve of this.#wanted.splice(0)) resolve()
  }

  /** Nobody reads any more: what still comes is dropped, and holds nobody back. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this._read()
    done(error)
  }
}
