import { block, callingThread, PosixError, waitCode, type Fiber, type Frame, type Kernel } from '@atoll/kernel'
import { PROT_READ, PROT_WRITE } from '../constants.js'
import { memoryOf } from '../memory-of.js'
import { memoryFault } from './memory-fault.js'
import { OPERATIONS, type Operation } from './operations.js'
import { gather, scatter, type Piece } from './pieces.js'
import type { Access } from './process-memory.js'
import { hot, windowOf } from './windows.js'

/** Performs an operation of the calling thread, at once if it can be. */
export function accessMemory(operation: Operation, address: number, a: unknown, b: unknown): unknown {
  const { name, size, aligned } = operation
  const { process } = callingThread(name)
  checkAddress(name, address)
  if (aligned && address % size !== 0) {
    const explanation = `the address is not a multiple of ${size}, and part of an atomic value can't be changed`
    throw memoryFault(name, { signal: 'SIGBUS', address, access: accessOf(operation), explanation })
  }
  const pieces = memoryOf(process).ready(accessBy(operation, address))
  if (pieces === null) return block(process.kernel, { $f: ACCESS, $p: 0, $c: null, syscall: name, address, a, b })
  makeHot(operation, address, pieces)
  return perform(operation, pieces, a, b)
}

/** Throws `EINVAL` for what is no address. */
export function checkAddress(syscall: string, address: number): void {
  if (Number.isSafeInteger(address) && address >= 0) return
  throw new PosixError('EINVAL', syscall, `${String(address)} is not an address: give an integer of 0 … 2⁴⁸ − 1`)
}

const accessOf = ({ write }: Operation): number => (write ? PROT_WRITE : PROT_READ)

const accessBy = (operation: Operation, address: number): Access => ({
  address,
  length: operation.size,
  access: accessOf(operation),
  isAtomic: operation.aligned,
})

function perform({ size, write, perform: act }: Operation, pieces: readonly Piece[], a: unknown, b: unknown): unknown {
  const [first] = pieces
  if (first && pieces.length === 1) return act(first.copies.view, first.at, a as never, b as never)
  // It lies across the border of two regions.
  const bytes = gather(pieces)
  const result = act(new DataView(bytes.buffer, 0, size), 0, a as never, b as never)
  if (write) scatter(pieces, bytes)
  return result
}

function makeHot({ name, write }: Operation, address: number, [piece]: readonly Piece[]): void {
  const { process } = callingThread(name)
  const memory = memoryOf(process)
  const region = memory.find(address)
  if (region === null || piece === undefined) return
  const window = windowOf(process, region, piece.copies)
  if (write) {
    // Nothing would note what is stored there.
    if (!memory.isChecked) hot.write = window
  }
  // Who may write may read.
  else hot.read = window
}

/** An access that waits for what is mapped at its address, or for a page. It is performed where its thread is when the page comes. */
const ACCESS = waitCode('memory access', {
  slots: ['syscall', 'address', 'a', 'b'],
  register: (frame, fiber, kernel) => {
    const syscall = frame['syscall'] as string
    const operation = OPERATIONS.get(syscall)
    if (!operation) throw new Error(`there is no operation ${syscall}`)
    waitFor(frame, fiber, kernel, accessBy(operation, frame['address'] as number), (pieces) =>
      perform(operation, pieces, frame['a'], frame['b']),
    )
  },
  withdraw: (_frame, fiber) => {
    giveUp(fiber)
  },
})

const underway = new WeakMap<Fiber, () => void>()

/** Has a fiber that has blocked wait until `use` can be called with what it wants, whose result is that of its call. */
export function waitFor(
  frame: Frame,
  fiber: Fiber,
  kernel: Kernel,
  wanted: Access,
  use: (pieces: readonly Piece[]) => unknown,
): void {
  const giveUpAccess = memoryOf(fiber.thread.process).wait(wanted, {
    ready: (pieces) => {
      underway.delete(fiber)
      let result: unknown
      try {
        result = use(pieces)
      } catch (error) {
        kernel.scheduler.wake(fiber, error, true)
        return
      }
      kernel.scheduler.wake(fiber, result, false)
    },
    failed: (reason) => {
      underway.delete(fiber)
      const error = reason instanceof PosixError ? reason : memoryFault(frame['syscall'] as string, reason)
      kernel.scheduler.wake(fiber, error, true)
    },
  })
  if (fiber.state === 'blocked') underway.set(fiber, giveUpAccess)
}

/** The fiber does not wait any more. */
export function giveUp(fiber: Fiber): void {
  underway.get(fiber)?.()
  underway.delete(fiber)
}
