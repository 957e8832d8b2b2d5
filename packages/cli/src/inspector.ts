import { open } from 'node:inspector'
import { InvalidArgumentError } from 'commander'

/** Where a debugger is listened for. */
export interface InspectorAddress {
  readonly host: string
  readonly port: number
}

/** Node's own default. */
const DEFAULT: InspectorAddress = { host: '127.0.0.1', port: 9229 }

/** Understands `[host:]port`, as Node's own `--inspect` does; nothing, which is `true`, means 127.0.0.1:9229. */
export function inspectorAddress(text: string): InspectorAddress {
  const [, host = DEFAULT.host, digits] = /^(?:(.*):)?(\d+)$/.exec(text) ?? []
  const port = Number(digits)
  if (digits !== undefined && port <= 0xffff) return { host, port }
  throw new InvalidArgumentError('Give a port, or host:port.')
}

/**
 * Lets debuggers attach: they see the kernels that are worker threads, too. Says on standard error where.
 *
 * @param wait Blocks until one has attached, so that its breakpoints are set before anything runs.
 */
export function listenForDebugger(address: InspectorAddress | true, wait: boolean): void {
  const { host, port } = address === true ? DEFAULT : address
  open(port, host, wait)
}
