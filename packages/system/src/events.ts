import type { KernelId, NodeDescriptor } from '@atoll/messaging'
import { EventEmitter } from 'eventemitter3'
import type { ProcessResult } from './child.js'

/** What happens in a system, as its host sees it. */
export interface SystemEventMap {
  /** A kernel has booted, measured its node, and takes part. */
  'kernel-joined': (event: { readonly kernel: KernelId; readonly node: NodeDescriptor }) => void
  /** A kernel is dead. */
  'kernel-died': (event: { readonly kernel: KernelId; readonly reason: string }) => void
  /** A process has been created; `kernel` is its origin. */
  'process-started': (event: { readonly pid: number; readonly kernel: KernelId; readonly program: string }) => void
  /** A process has ended, and everything it wrote has come out. */
  'process-exited': (event: { readonly pid: number } & ProcessResult) => void
  /** A thread begins to run on `kernel`. */
  'thread-started': (event: { readonly pid: number; readonly tid: number; readonly kernel: KernelId }) => void
  /** A thread has arrived on kernel `to`. */
  'thread-moved': (event: ThreadMoved) => void
  /** A kernel has come to no safe point for a while. */
  'safe-point-overdue': (event: SafePointOverdue) => void
}

/** See `safe-point-overdue`. */
export interface SafePointOverdue {
  readonly kernel: KernelId
  /** For how long, at least, in milliseconds. */
  readonly ms: number
  /** The plain function that runs; `''` if it has no name, or nobody knows. */
  readonly function: string
  /** Where in it, `src/app.ts:12:5`; `''` if nobody knows. */
  readonly place: string
}

/** See `thread-moved`. */
export interface ThreadMoved {
  readonly pid: number
  readonly tid: number
  readonly from: KernelId
  readonly to: KernelId
}

type Name = keyof SystemEventMap

const THREAD_EVENTS: readonly Name[] = ['thread-started', 'thread-moved']

/**
 * The events of a system. Threads' are reported only while somebody listens: each report is a message, and threads may move
 * thousands of times a second.
 */
export class SystemEvents extends EventEmitter<SystemEventMap> {
  readonly #watch: (isWatched: boolean) => void
  #isWatched = false

  /** `watch` is told when threads' events begin to have listeners, and when they have none any more. */
  constructor(watch: (isWatched: boolean) => void) {
    super()
    this.#watch = watch
  }

  /** Do threads' events have listeners? */
  get isWatched(): boolean {
    return this.#isWatched
  }

  override on<T extends Name>(event: T, listener: Listener<T>, context?: unknown): this {
    super.on(event, listener, context)
    return this.#changed()
  }

  /** The same as `on`. */
  override addListener<T extends Name>(event: T, listener: Listener<T>, context?: unknown): this {
    return this.on(event, listener, context)
  }

  override once<T extends Name>(event: T, listener: Listener<T>, context?: unknown): this {
    super.once(event, listener, context)
    return this.#changed()
  }

  /** The same as `removeListener`. */
  override off<T extends Name>(event: T, listener?: Listener<T>, context?: unknown, once?: boolean): this {
    return this.removeListener(event, listener, context, once)
  }

  override removeListener<T extends Name>(event: T, listener?: Listener<T>, context?: unknown, once?: boolean): this {
    super.removeListener(event, listener, context, once)
    return this.#changed()
  }

  override removeAllListeners(event?: Name): this {
    super.removeAllListeners(event)
    return this.#changed()
  }

  #changed(): this {
    const isWatched = THREAD_EVENTS.some((event) => this.listenerCount(event) > 0)
    if (isWatched !== this.#isWatched) {
      this.#isWatched = isWatched
      this.#watch(isWatched)
    }
    return this
  }
}

type Listener<T extends Name> = EventEmitter.EventListener<SystemEventMap, T>
