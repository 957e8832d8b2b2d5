import type { StructLayout, Fields, StructFields, StructInput, StructValue, StructView } from '../../src/index.js'
import { WrittenRanges } from '../../src/layout/written-ranges.js'

/** A flat memory in place of an address space, with structures in it. */
export class FlatMemory {
  readonly bytes: Uint8Array
  /** What was written: address and number of bytes. */
  readonly writes: [address: number, length: number][] = []
  readonly #data: DataView

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.#data = new DataView(this.bytes.buffer)
  }

  load<F extends Fields>(layout: StructLayout<F>, address: number): StructValue<F> {
    return layout.read(this.#data, address)
  }

  store<F extends Fields>(layout: StructLayout<F>, address: number, fields: StructInput<F>): void {
    const source = new Uint8Array(layout.size)
    const written = new WrittenRanges()
    layout.write(new DataView(source.buffer), 0, fields, written)
    for (const { start, end } of written.ranges) {
      this.bytes.set(source.subarray(start, end), address + start)
      this.writes.push([address + start, end - start])
    }
  }

  view<F extends Fields>(layout: StructLayout<F>, address: number): StructView & StructFields<F> {
    return layout.viewOn(this.#data, address)
  }
}
