import { ImageInstance } from '../frames/image.js'
import { builtinCodeOf } from '../frames/builtin.js'
import type { ProcessReplica } from '../process/replica.js'
import { decodeValues } from './decode.js'
import { encodeValues } from './encode.js'

/** Values that name nothing of a program. */
const nothing = new ImageInstance({ hash: '', name: '', code: '', sourceMap: '' })

/** Encodes values that mean the same in every process: primitives, plain objects, arrays, errors. */
export const encodePlain = (values: readonly unknown[]): Uint8Array => encodeValues(values, { instance: nothing })

/** Inverse of {@link encodePlain}. */
export const decodePlain = (bytes: Uint8Array): unknown[] => decodeValues(bytes, { instance: nothing })

/** Encodes values of a process. `promiseId`: the number of the stack whose outcome this promise is, if it may travel. */
export function encodeForProcess(
  process: ProcessReplica,
  values: readonly unknown[],
  promiseId?: (promise: Promise<unknown>) => number | undefined,
): Uint8Array {
  const { instance, surroundings } = process
  process.isWholeThread = promiseId !== undefined
  // A literal, not made by spreading: that takes longer than to encode a small stack.
  return encodeValues(values, {
    instance: instance ?? nothing,
    externals: surroundings,
    builtinCode: builtinCodeOf,
    promiseId,
  })
}

/** Inverse of {@link encodeForProcess}, on any kernel. */
export function decodeForProcess(
  process: ProcessReplica,
  bytes: Uint8Array,
  promise?: (id: number) => Promise<unknown> | undefined,
): unknown[] {
  const { instance, surroundings } = process
  return decodeValues(bytes, {
    instance: instance ?? nothing,
    externals: surroundings,
    builtinCode: builtinCodeOf,
    promise,
  })
}
