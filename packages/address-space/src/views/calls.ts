import { block, callingThread, PosixError, waitCode, type Thread } from '@atoll/kernel'
import { checkAddress, giveUp, waitFor } from '../access/access.js'
import { hexadecimal } from '../access/memory-fault.js'
import type { Piece } from '../access/pieces.js'
import { PROT_READ, PROT_WRITE } from '../constants.js'
import { memoryOf } from '../memory-of.js'
import { ThreadViews } from './thread-views.js'

/** What can lie on memory, by name. */
export const CONSTRUCTORS = {
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array, DataView,
} // prettier-ignore

/** What a view can be: a typed array or a `DataView`. */
export type ViewConstructor = (typeof CONSTRUCTORS)[keyof typeof CONSTRUCTORS]

/** A view: an ordinary typed array (or `DataView`) that also ends at the end of its `using`. */
export type View<C extends ViewConstructor> = InstanceType<C> & Disposable

/** A view of `length` elements of the calling thread's memory at `address`, to read, or to write too. */
export function makeView(address: number, type: ViewConstructor, length: number, prot: number): unknown {
  checkAddress('view', address)
  const name = nameOf(type)
  const width = widthOf(type)
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new PosixError('EINVAL', 'view', `${String(length)} is not a number of elements: give at least 1`)
  }
  if (prot !== PROT_READ && prot !== PROT_WRITE && prot !== (PROT_READ | PROT_WRITE)) {
    throw new PosixError(
      'EINVAL',
      'view',
      `${String(prot)} is no protection: give PROT_READ, or PROT_READ | PROT_WRITE`,
    )
  }
  if (address % width !== 0) {
    throw new PosixError(
      'EINVAL',
      'view',
      `${hexadecimal(address)} is not a multiple of ${width}, as a ${name} needs it`,
    )
  }
  const access = (prot & PROT_WRITE) !== 0 ? PROT_WRITE : PROT_READ
  const thread = callingThread('view')
  const pieces = memoryOf(thread.process).ready({ address, length: length * width, access })
  if (pieces !== null) return viewOf(thread, pieces, address, name, length, access)
  const { kernel } = thread.process
  return block(kernel, { $f: VIEW, $p: 0, $c: null, syscall: 'view', address, name, length, access })
}

/** Ends a view of the calling thread: its memory is not kept up to date any more. */
export function endView(array: ArrayBufferView): void {
  const views = callingThread('unview').extras?.guard
  const isView = ArrayBuffer.isView(array) && views instanceof ThreadViews
  if (isView && views.remove(array.buffer, array.byteOffset, array.byteLength)) return
  throw new PosixError('EINVAL', 'unview', 'this is no view of the calling thread, or not any more')
}

/** What `using` calls on a view. */
export const VIEW_DISPOSAL = {
  dispose(this: ArrayBufferView): void {
    const views = callingThread('unview').extras?.guard
    if (views instanceof ThreadViews) views.remove(this.buffer, this.byteOffset, this.byteLength)
  },
}

type ViewName = keyof typeof CONSTRUCTORS

function nameOf(type: ViewConstructor): ViewName {
  const name = (Object.keys(CONSTRUCTORS) as ViewName[]).find((each) => CONSTRUCTORS[each] === type)
  if (name) return name
  throw new PosixError('EINVAL', 'view', 'what a view is must be a typed array or DataView, given by its constructor')
}

const widthOf = (type: ViewConstructor): number => ('BYTES_PER_ELEMENT' in type ? type.BYTES_PER_ELEMENT : 1)

function viewOf(
  thread: Thread,
  pieces: readonly Piece[],
  address: number,
  name: ViewName,
  length: number,
  access: number,
): ArrayBufferView {
  const [piece] = pieces
  const region = memoryOf(thread.process).find(address)
  if (!piece || pieces.length > 1 || region === null) {
    const explanation = `${hexadecimal(address)} and the ${length} elements from there are not in one region. Remedy: one view for each`
    throw new PosixError('EINVAL', 'view', explanation)
  }
  const { copies, at } = piece
  const array = new (CONSTRUCTORS[name] as Uint8ArrayConstructor)(copies.buffer, at, length)
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is to have the array as `this`
  Object.defineProperty(array, Symbol.dispose, { value: VIEW_DISPOSAL.dispose, configurable: true })
  const extras = thread.needExtras()
  const views = extras.guard instanceof ThreadViews ? extras.guard : new ThreadViews(thread)
  extras.guard = views
  const { object, pages, source } = region
  views.add({ address, length: piece.length, access, object, pages, source, at, isRelaxed: piece.isRelaxed })
  return array
}

/** Waits for the pages of a view, then makes it. */
const VIEW = waitCode('view', {
  slots: ['syscall', 'address', 'name', 'length', 'access'],
  register: (frame, fiber, kernel) => {
    const [address, name] = [frame['address'] as number, frame['name'] as ViewName]
    const [length, access] = [frame['length'] as number, frame['access'] as number]
    const wanted = { address, length: length * widthOf(CONSTRUCTORS[name]), access }
    waitFor(frame, fiber, kernel, wanted, (pieces) => viewOf(fiber.thread, pieces, address, name, length, access))
  },
  withdraw: (_frame, fiber) => {
    giveUp(fiber)
  },
})
