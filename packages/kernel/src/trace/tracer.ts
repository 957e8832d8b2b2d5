import type { KernelId } from '@atoll/messaging'
import type { Fiber } from '../threads/fiber.js'
import { run } from '../threads/run.js'
import type { Thread, ThreadId } from '../threads/thread.js'
import { syscallOf } from '../waits/waiters.js'
import { eventJson, placeOf, type EventFields } from './events.js'
import type { TraceSink } from './sink.js'

/** So many characters are written at once. */
const CHUNK = 32 * 1024

/** A fiber's wait that has not ended. */
interface OpenWait {
  readonly sinceUs: number
  /** The thread's last fiber then: if there was another since, or there are some, slices of theirs may lie across the wait's end. */
  readonly lastFiber: number
}

/** What the mover knows of a move when it is over. */
export interface Leaving {
  readonly to: KernelId
  /** The number of the move. */
  readonly epoch: number
  /** When the thread began to be taken apart. */
  readonly startUs: number
  readonly bytes: number
}

/**
 * Writes down what threads do on one kernel: slices, waits, moves, creation, ends. There is one only while a trace is taken, so that it costs
 * nothing else. Keeps a chunk of events, and the beginning of each wait.
 */
export class Tracer {
  readonly #kernel: KernelId
  readonly #sink: TraceSink
  readonly #waits = new WeakMap<Fiber, OpenWait>()
  #chunk = ''
  #count = 0
  /** Microseconds on the clock of the trace, which all kernels of a node share. Reading it takes no virtual time. */
  readonly nowUs: () => number

  constructor(kernel: KernelId, sink: TraceSink, nowUs: () => number) {
    this.#kernel = kernel
    this.#sink = sink
    this.nowUs = nowUs
    this.#write(0, { ph: 'M', name: 'process_name', args: { name: `kernel ${kernel}` } })
    this.#write(0, { ph: 'M', name: 'process_sort_index', args: { sort_index: kernel } })
  }

  /** Runs a slice of a fiber, as `run` does. */
  slice(fiber: Fiber): boolean {
    const { thread, number } = fiber
    const { name, at } = placeOf(fiber.top)
    const ts = this.nowUs()
    const ended = run(fiber)
    const endUs = this.nowUs()
    const args = { ...(at && { at }), ...(number > 0 && { call: number }) }
    this.#write(thread.tid, { ph: 'X', cat: 'slice', name, ts, dur: endUs - ts, args })
    if (ended && number === 0) this.#arrow(thread.tid, 's', 'join', String(thread.tid), within(ts, endUs))
    this.#beginWait(fiber, endUs)
    return ended
  }

  /** A fiber that a call has started has suspended for the first time: that was in another fiber's slice. */
  suspended(fiber: Fiber): void {
    this.#beginWait(fiber, this.nowUs())
  }

  /** A fiber's wait is over. */
  woken(fiber: Fiber): void {
    this.#endWait(fiber, this.nowUs())
  }

  /** A process's main thread begins here. */
  started(thread: Thread): void {
    this.#name(thread)
  }

  /** A thread of this kernel has created thread `tid`, which begins on kernel `on`. */
  created(creator: ThreadId, tid: ThreadId, on: KernelId): void {
    const ts = this.nowUs()
    this.#write(creator, { ph: 'i', cat: 'thread', name: 'pthread_create', ts, args: { thread: tid, kernel: on } })
    this.#arrow(creator, 's', 'create', String(tid), ts)
  }

  /** A thread has left. */
  left(thread: Thread, { to, epoch, startUs, bytes }: Leaving): void {
    for (const fiber of thread.fibers()) this.#endWait(fiber, startUs)
    const dur = this.nowUs() - startUs
    const args = { to, bytes }
    this.#write(thread.tid, { ph: 'X', cat: 'move', name: `move to kernel ${to}`, ts: startUs, dur, args })
    this.#arrow(thread.tid, 's', 'move', moveId(thread.tid, epoch), startUs)
  }

  /** A thread that came or was created has been made here, which began at `startUs`. Its waits go on. */
  arrived(thread: Thread, startUs: number): void {
    this.#name(thread)
    const { tid, epoch } = thread
    const endUs = this.nowUs()
    const name = epoch === 0 ? 'begin' : 'arrive'
    this.#write(tid, { ph: 'X', cat: 'move', name, ts: startUs, dur: endUs - startUs })
    if (epoch === 0) this.#arrow(tid, 'f', 'create', String(tid), startUs)
    else this.#arrow(tid, 'f', 'move', moveId(tid, epoch), startUs)
    for (const fiber of thread.fibers()) this.#beginWait(fiber, endUs)
  }

  /** A thread has ended, or its process. */
  ended(thread: Thread): void {
    const ts = this.nowUs()
    for (const fiber of thread.fibers()) this.#endWait(fiber, ts)
    this.#write(thread.tid, { ph: 'i', cat: 'thread', name: 'end', ts })
  }

  /** Hands on what has been written down. */
  flush(): void {
    if (this.#count === 0) return
    const [chunk, count] = [this.#chunk, this.#count]
    this.#chunk = ''
    this.#count = 0
    this.#sink.write(chunk, count)
  }

  #beginWait(fiber: Fiber, sinceUs: number): void {
    if (fiber.state === 'blocked') this.#waits.set(fiber, { sinceUs, lastFiber: fiber.thread.lastFiber })
  }

  #endWait(fiber: Fiber, endUs: number): void {
    const wait = this.#waits.get(fiber)
    if (!wait || !fiber.top) return
    this.#waits.delete(fiber)
    const { thread, number, top } = fiber
    const { sinceUs, lastFiber } = wait
    const name = syscallOf(top)
    const { at } = placeOf(top)
    const target = top.$f.name === 'pthread_join' ? (top['target'] as ThreadId) : null
    const fields = { cat: 'wait', name, args: { ...(at && { at }), ...(target !== null && { target }) } }
    const fibers = thread.extras?.fibers.size ?? 0
    if (number === 0 && fibers === 0 && thread.lastFiber === lastFiber) {
      this.#write(thread.tid, { ph: 'X', ...fields, ts: sinceUs, dur: endUs - sinceUs })
      if (target !== null) this.#arrow(thread.tid, 'f', 'join', String(target), within(sinceUs, endUs))
      return
    }
    const id = `${thread.tid}.${number}`
    this.#write(thread.tid, { ph: 'b', ...fields, id, ts: sinceUs })
    this.#write(thread.tid, { ph: 'e', cat: 'wait', name, id, ts: endUs })
  }

  #name({ tid, process: { pid } }: Thread): void {
    const name = tid === pid ? `main thread of process ${pid}` : `thread ${tid}`
    this.#write(tid, { ph: 'M', name: 'thread_name', args: { name } })
  }

  #arrow(tid: ThreadId, ph: 's' | 'f', name: string, id: string, ts: number): void {
    this.#write(tid, { ph, cat: 'flow', name, id: `${name} ${id}`, ts })
  }

  #write(tid: ThreadId, fields: EventFields): void {
    const event = eventJson({ kernel: this.#kernel, tid }, fields)
    this.#chunk += this.#count === 0 ? event : `,\n${event}`
    this.#count++
    if (this.#chunk.length >= CHUNK) this.flush()
  }
}

const moveId = (tid: ThreadId, epoch: number): string => `${tid}.${epoch}`

/** An arrow belongs to the slice that it lies in, and a slice ends before its end. */
const within = (startUs: number, endUs: number): number => Math.max(startUs, endUs - 0.001)
