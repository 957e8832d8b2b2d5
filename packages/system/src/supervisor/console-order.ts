import type { KernelId } from '@atoll/messaging'

/** How many lines of a kernel precede something. */
export interface LineCount {
  readonly kernel: KernelId
  readonly lines: number
}

/**
 * What a kernel's messages asked for, in their order: `line` and `event` are carried out when their turn comes; `known` holds
 * up what is behind it until these lines have come out.
 */
type Item =
  | { readonly kind: 'line'; readonly line: number; readonly act: () => void }
  | { readonly kind: 'event'; readonly act: () => void }
  | { readonly kind: 'known'; readonly counts: readonly LineCount[] }

interface Lane {
  /** Number of the last line that came out. */
  lines: number
  /** The first one waits for another kernel's lines. */
  readonly waiting: Item[]
  isDead: boolean
}

/**
 * Puts what kernels print into an order that respects cause and effect. Every kernel's lines arrive in their order; before what
 * may depend on lines of others, a kernel names these (see `packages/kernel/src/console`), and its later lines are held
 * back until they have come out. (Vector clocks, delivered causally: Birman and Joseph, 1987.)
 */
export class ConsoleOrder {
  readonly #lanes = new Map<KernelId, Lane>()
  #isFlushing = false

  /** Carries `act` out when the line's turn has come. */
  line(kernel: KernelId, line: number, act: () => void): void {
    this.#put(kernel, { kind: 'line', line, act })
  }

  /** Carries `act` out when everything that precedes this message of the kernel has come out. */
  event(kernel: KernelId, act: () => void): void {
    this.#put(kernel, { kind: 'event', act })
  }

  /** What the kernel sends from now on comes after these lines. */
  known(kernel: KernelId, counts: readonly LineCount[]): void {
    this.#put(kernel, { kind: 'known', counts })
  }

  /** The kernel is dead and all its messages have been received: nobody waits for its lines that never came. */
  died(kernel: KernelId): void {
    this.#lane(kernel).isDead = true
    this.#flush()
  }

  #put(kernel: KernelId, item: Item): void {
    this.#lane(kernel).waiting.push(item)
    this.#flush()
  }

  #lane(kernel: KernelId): Lane {
    let lane = this.#lanes.get(kernel)
    if (!lane) this.#lanes.set(kernel, (lane = { lines: 0, waiting: [], isDead: false }))
    return lane
  }

  /** What comes out of one lane may be what another waits for. */
  #flush(): void {
    if (this.#isFlushing) return // an action has led here; the loop below comes round to it
    this.#isFlushing = true
    try {
      while (this.#flushOnce()) continue
    } finally {
      this.#isFlushing = false
    }
  }

  #flushOnce(): boolean {
    let progress = false
    for (const lane of this.#lanes.values()) {
      for (let item = lane.waiting[0]; item && this.#isDue(item); item = lane.waiting[0]) {
        lane.waiting.shift()
        progress = true
        if (item.kind === 'line') lane.lines = item.line
        if (item.kind !== 'known') item.act()
      }
    }
    return progress
  }

  #isDue(item: Item): boolean {
    return item.kind !== 'known' || item.counts.every((count) => this.#hasComeOut(count))
  }

  #hasComeOut({ kernel, lines }: LineCount): boolean {
    const lane = this.#lane(kernel)
    return lane.lines >= lines || (lane.isDead && lane.waiting.length === 0)
  }
}
