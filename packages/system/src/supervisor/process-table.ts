import { originOf } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import type { ProcessResult } from '../child.js'
import type { ChildStreams, Streams } from '../child-streams.js'

interface Waiter {
  readonly resolve: (result: ProcessResult) => void
  readonly reject: (error: Error) => void
}

/** What the supervisor knows of one process. */
export class ProcessRecord {
  readonly pid: number
  readonly streams: Streams
  #result: ProcessResult | null = null
  #obstacle: Error | null = null
  readonly #waiters: Waiter[] = []

  constructor(pid: number, streams: Streams) {
    this.pid = pid
    this.streams = streams
  }

  /** How it has ended; `null` while it runs. */
  get result(): ProcessResult | null {
    return this.#result
  }

  wait(): Promise<ProcessResult> {
    if (this.#result) return Promise.resolve(this.#result)
    if (this.#obstacle) return Promise.reject(this.#obstacle)
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  end(result: ProcessResult): void {
    this.#result = result
    for (const { resolve } of this.#waiters.splice(0)) resolve(result)
  }

  /** Whoever waits for its end waits in vain; `null`: perhaps not any more. */
  obstruct(obstacle: Error | null): void {
    this.#obstacle = obstacle
    if (obstacle) for (const { reject } of this.#waiters.splice(0)) reject(obstacle)
  }
}

/** The processes that the host has started and that have not ended, by number. */
export class ProcessTable {
  readonly #streams: ChildStreams
  readonly #ended: (pid: number, result: ProcessResult) => void
  readonly #records = new Map<number, ProcessRecord>()
  /** Ended before the reply came that they were started: the control lane overtakes. */
  readonly #unclaimed = new Map<number, { readonly record: ProcessRecord; readonly result: ProcessResult }>()

  constructor(streams: ChildStreams, ended: (pid: number, result: ProcessResult) => void) {
    this.#streams = streams
    this.#ended = ended
  }

  /** The record of a process that has been started; `started` is called before anything else is told of it. */
  claim(pid: number, started: () => void): ProcessRecord {
    const early = this.#unclaimed.get(pid)
    const record = early?.record ?? this.#record(pid)
    started()
    if (early) {
      this.#unclaimed.delete(pid)
      this.#finish(early.record, early.result)
    }
    return record
  }

  /** The process could not be started after all. */
  discard(pid: number): void {
    this.#records.delete(pid)
    this.#unclaimed.delete(pid)
    this.#streams.end(pid)
  }

  /** The process has ended, and all that it wrote has come out. */
  end(pid: number, result: ProcessResult): void {
    const record = this.#records.get(pid)
    if (record) this.#finish(record, result)
    else this.#unclaimed.set(pid, { record: new ProcessRecord(pid, this.#streams.of(pid)), result })
  }

  /** Ends every process, or those that were created on kernel `origin`. */
  endAll(result: ProcessResult, origin?: KernelId): void {
    for (const pid of [...this.#records.keys()]) {
      if (origin === undefined || originOf(pid) === origin) this.end(pid, result)
    }
  }

  /** Whoever waits for a process waits in vain; `null`: perhaps not any more. */
  obstruct(obstacle: Error | null): void {
    for (const record of this.#records.values()) record.obstruct(obstacle)
  }

  /** How many processes each kernel is the origin of. */
  load(): Map<KernelId, number> {
    const load = new Map<KernelId, number>()
    for (const pid of this.#records.keys()) load.set(originOf(pid), (load.get(originOf(pid)) ?? 0) + 1)
    return load
  }

  #finish(record: ProcessRecord, result: ProcessResult): void {
    this.#records.delete(record.pid)
    record.end(result)
    this.#streams.end(record.pid)
    this.#ended(record.pid, result)
  }

  #record(pid: number): ProcessRecord {
    let record = this.#records.get(pid)
    if (!record) this.#records.set(pid, (record = new ProcessRecord(pid, this.#streams.of(pid))))
    return record
  }
}
