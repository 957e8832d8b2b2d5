import { Readable } from 'node:stream'
import type { Console, OutputStream } from './console.js'

/** What one process writes, as Node's streams. They end with the process. */
export type Streams = Readonly<Record<OutputStream, Readable>>

/** The console that gives each process's output to its `child.stdout` and `child.stderr`. */
export class ChildStreams implements Console {
  readonly #byPid = new Map<number, Streams>()

  /** The streams of a process; it may have written before anybody knows its number. */
  of(pid: number): Streams {
    let streams = this.#byPid.get(pid)
    if (!streams) this.#byPid.set(pid, (streams = { stdout: source(), stderr: source() }))
    return streams
  }

  write(pid: number, stream: OutputStream, data: Uint8Array): void {
    this.of(pid)[stream].push(data)
  }

  /** The process has ended: so do its streams, once they are read. */
  end(pid: number): void {
    const { stdout, stderr } = this.of(pid)
    this.#byPid.delete(pid)
    stdout.push(null)
    stderr.push(null)
  }
}

/** Pushed to from outside: nothing holds a kernel's writes back. */
const source = (): Readable => new Readable({ read: () => undefined })
