import { registers, standardCall, type BlockingCall } from '@atoll/kernel'
import { Copy } from '../pages/protocol.js'
import { accessMemory } from './access.js'
import { OPERATIONS, SCALARS, type Operation, type ScalarType } from './operations.js'
import { hot, isOpen } from './windows.js'

/**
 * Makes the call of an operation. An access to the region of the last one, whose page is here, is served by a few comparisons; so each call has code of its
 * own, for the engine to specialize. What it needs stands in `fast`: an expression of `view`, `at`, `a`, `b`.
 */
function call(operation: Operation, fast: string): BlockingCall {
  const { name, size, write } = operation
  const source = `
return function ${name}(address, a, b) {
  if (registers.callee !== ${name}) return standardCall('${name}', ${name}, this, [address, a, b])
  registers.callee = null
  const window = hot.${write ? 'write' : 'read'}
  const offset = address - window.start
  if (
    offset >>> 0 === offset &&
    offset <= window.size - ${size} &&
    (offset & ${size - 1}) === 0 &&
    window.states[window.page + (offset >>> 12)] >= ${write ? Copy.writable : Copy.readable} &&
    (window.fiber === registers.fiber || isOpen(window, registers.fiber))
  ) {
    const view = window.view
    const at = window.base + offset
    return ${fast}
  }
  return accessMemory(operation, address, a, b)
}`
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- generated from constants of this file
  const make = new Function('registers', 'standardCall', 'hot', 'isOpen', 'accessMemory', 'operation', source) as (
    ...given: unknown[]
  ) => BlockingCall
  return make(registers, standardCall, hot, isOpen, accessMemory, operation)
}

function fastPath({ name }: Operation): string {
  const [, kind, type] = /^(load|store)_(\w+)$/.exec(name) ?? []
  if (kind === undefined) return 'operation.perform(view, at, a, b)'
  const { method } = SCALARS[type as ScalarType]
  return kind === 'load' ? `view.get${method}(at, true)` : `view.set${method}(at, a, true)`
}

/** The calls for scalars and atomics, by name. */
const scalarCalls: ReadonlyMap<string, BlockingCall> = new Map(
  [...OPERATIONS].map(([name, operation]) => [name, call(operation, fastPath(operation))]),
)

/** The call of this name. */
export function scalarCall<F extends BlockingCall>(name: string): F {
  const found = scalarCalls.get(name)
  if (!found) throw new Error(`there is no scalar call ${name}`)
  return found as F
}
