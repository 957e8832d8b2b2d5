import type { InjectionToken } from 'tsyringe'

/** Where the supervisor writes what processes print: in an order that respects cause and effect, whatever kernels are involved. */
export interface Console {
  /**
   * A process has written `data` to its standard output or error. Called as soon as everything that came before it has
   * been written. `data` is the receiver's.
   *
   * @returns `undefined`: it was taken. A promise: it is kept, and will be taken when this resolves; the program that writes is
   * held back when too much is kept. What comes meanwhile must be kept, too.
   */
  write(pid: number, stream: OutputStream, data: Uint8Array): undefined | Promise<void>
}

/** One of the streams that a process writes to. */
export type OutputStream = 'stdout' | 'stderr'

/** Default: {@link ChildStreams}, the `stdout` and `stderr` of each child. With another one these stay empty. */
export const Console: InjectionToken<Console> = Symbol('atoll.Console')
