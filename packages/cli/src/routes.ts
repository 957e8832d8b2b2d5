import type { SystemEvents } from '@atoll/system'

/** Longer routes are shown by their beginning. */
const LONGEST = 16

/** Where each thread ran. */
export class Routes {
  readonly #byThread = new Map<number, number[]>()

  constructor(events: SystemEvents) {
    events.on('thread-started', ({ tid, kernel }) => {
      this.#byThread.set(tid, [kernel])
    })
    events.on('thread-moved', ({ tid, from, to }) => {
      const route = this.#byThread.get(tid)
      if (route) route.push(to)
      else this.#byThread.set(tid, [from, to])
    })
  }

  /** One line per thread. */
  report(): string {
    const threads = [...this.#byThread].sort(([a], [b]) => a - b)
    return threads.map(([tid, route]) => `thread ${tid}: ${describe(route)}\n`).join('')
  }
}

function describe(route: readonly number[]): string {
  const shown = route.slice(0, LONGEST).join(' → ')
  const moves = route.length - 1
  return `kernel ${shown}${route.length > LONGEST ? ' → …' : ''}${moves > 0 ? ` (${moves} moves)` : ''}`
}
