import { registers } from '@atoll/kernel'
import { Struct, type Fields, type MemoryAccess, type StructOptions } from '../../src/index.js'

/** A flat memory in place of an address space, and structures on it. Its calls never suspend. */
export class FakeMemory {
  readonly memory: Uint8Array & { lastView?: DataView }
  /** What was written: address and number of bytes. */
  readonly writes: [address: number, length: number][] = []
  readonly Struct: abstract new (...args: never) => object
  readonly struct: <F extends Fields>(fields: F, options?: StructOptions) => Struct<F>

  constructor(size: number) {
    const memory: Uint8Array & { lastView?: DataView } = new Uint8Array(size)
    this.memory = memory
    const direct = <T>(value: T): Promise<T> => {
      registers.callee = null
      return value as Promise<T>
    }
    const access: MemoryAccess = {
      copyout: (address, length) => direct(memory.slice(address, address + length)),
      copyin: (address, bytes) => {
        memory.set(bytes, address)
        this.writes.push([address, bytes.length])
        return direct(undefined)
      },
      view: (address, _constructor, length) => direct((memory.lastView = new DataView(memory.buffer, address, length))),
    }
    class FakeStruct<F extends Fields> extends Struct<F> {
      get access(): MemoryAccess {
        return access
      }
    }
    this.Struct = FakeStruct
    this.struct = (fields, options) => new FakeStruct(fields, options)
  }

  /** Calls a method as a compiled program does, by the direct protocol. */
  readonly call = async <A extends unknown[], R>(
    method: (...args: A) => Promise<R>,
    self: unknown,
    ...args: A
  ): Promise<R> => {
    registers.callee = method
    try {
      return await method.apply(self, args)
    } finally {
      registers.callee = null
    }
  }
}
