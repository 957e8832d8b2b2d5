/** Signals that end the command, and with it the program. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Whether something from outside ends the run before the program does. In `sim` the program runs in this isolate, and may keep
 * its event loop busy for ever, so there the host's own handling of signals stays: it ends everything at once.
 */
export class Interruption {
  /** Resolves with the first signal. */
  readonly happened: Promise<NodeJS.Signals>
  readonly #signals: readonly NodeJS.Signals[]
  #resolve: (signal: NodeJS.Signals) => void = () => undefined

  constructor(backend: 'sim' | 'workers') {
    this.#signals = backend === 'workers' ? SIGNALS : []
    this.happened = new Promise((resolve) => {
      this.#resolve = resolve
    })
    for (const signal of this.#signals) process.on(signal, this.interrupt)
  }

  /** Ends the run as if by this signal. */
  readonly interrupt = (signal: NodeJS.Signals): void => {
    this.#resolve(signal)
  }

  dispose(): void {
    for (const signal of this.#signals) process.off(signal, this.interrupt)
  }
}
