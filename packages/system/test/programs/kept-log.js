import { StderrLogger } from '@atoll/kernel'
import { Logger } from '@atoll/system/kernel'

/** What the kernels of this isolate have logged. */
export const lines = []

/** Registers a logger that keeps its lines. */
export function register(container) {
  container.register(Logger, { useValue: new StderrLogger({ write: (line) => lines.push(line) }) })
}
