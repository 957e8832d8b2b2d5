import type { InjectionToken } from 'tsyringe'

/** Where the supervisor writes what processes print: in an order that respects cause and effect, whatever kernels are involved. */
export interface Console {
  /**
   * A process has written `data` to its standard output or error. Called as soon as everything that came before it has
   * been written. `data` is the receiver's.
   */
  write(pid: number, stream: OutputStream, data: Uint8Array): void
}

/** One of the streams that a process writes to. */
export type OutputStream = 'stdout' | 'stderr'

/** Default: {@link ChildStreams}, the `stdout` and `stderr` of each child. With another one these stay empty. */
export const Console: InjectionToken<Console> = Symbol('atoll.Console')
