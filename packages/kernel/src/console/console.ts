import { SUPERVISOR, type KernelId, type Messenger, type Priority } from '@atoll/messaging'
import { consoles } from './protocol.js'

/**
 * What programs on this kernel write goes to the supervisor, which carries the console. A line that a thread prints before
 * a release must come out before any line printed after the matching acquire, whatever kernels are involved. So every kernel counts its
 * lines and remembers how many of the other kernels' lines it knows to precede it; that knowledge, when it has changed,
 * travels ahead of any message to another kernel, and the supervisor holds lines back until those before them are there.
 */
export class KernelConsole {
  readonly #messenger: Messenger
  readonly #kernel: KernelId
  readonly #known = new Map<KernelId, number>()
  /** Increases with each change of `#known`. */
  #version = 0
  /** The change by which each entry of `#known` came to its value. */
  readonly #changed = new Map<KernelId, number>()
  /** By peer and lane: the version it was told last. */
  readonly #told = new Map<KernelId, { control: number; bulk: number }>()

  constructor(kernel: KernelId, messenger: Messenger) {
    this.#kernel = kernel
    this.#messenger = messenger
    messenger.on(consoles.known, (_from, { counts }) => {
      this.#learn(counts)
    })
    messenger.on(consoles.knownBulk, (_from, { counts }) => {
      this.#learn(counts)
    })
    messenger.beforeSend((peer, priority) => {
      this.#tell(peer, priority)
    })
  }

  /** Writes to a process's standard output or error. Text is written in UTF-8. */
  write(pid: number, stream: 'stdout' | 'stderr', output: string | Uint8Array): void {
    const data = typeof output === 'string' ? Buffer.from(output, 'utf8') : output
    const line = (this.#known.get(this.#kernel) ?? 0) + 1
    this.#messenger.send(SUPERVISOR, consoles.write, { pid, stream: stream === 'stdout' ? 1 : 2, line, data })
    this.#set(this.#kernel, line)
  }

  #learn(counts: readonly { readonly kernel: KernelId; readonly lines: number }[]): void {
    for (const { kernel, lines } of counts) if (lines > (this.#known.get(kernel) ?? 0)) this.#set(kernel, lines)
  }

  #set(kernel: KernelId, lines: number): void {
    this.#known.set(kernel, lines)
    this.#changed.set(kernel, ++this.#version)
  }

  #tell(peer: KernelId, priority: Priority): void {
    if (this.#version === 0) return
    let told = this.#told.get(peer)
    if (!told) this.#told.set(peer, (told = { control: 0, bulk: 0 }))
    const since = told[priority]
    if (since === this.#version) return
    told[priority] = this.#version // before sending, which comes here again
    const counts = [...this.#changed]
      .filter(([kernel, version]) => version > since && !this.#isKnownTo(peer, kernel))
      .map(([kernel]) => ({ kernel, lines: this.#known.get(kernel) ?? 0 }))
    if (counts.length > 0)
      this.#messenger.send(peer, priority === 'bulk' ? consoles.knownBulk : consoles.known, { counts })
  }

  /** A peer knows of its own lines, and the supervisor of those that came before on the same lane. */
  #isKnownTo(peer: KernelId, kernel: KernelId): boolean {
    return kernel === peer || (peer === SUPERVISOR && kernel === this.#kernel)
  }
}
