import { endianness } from 'node:os'
import { viewName } from './innate.js'
import { VIEW_CLASSES, type View } from './prototypes.js'
import { Unmovable } from './unmovable.js'

const HOST = endianness()

/**
 * Elements travel little-endian; a big-endian machine must swap what its typed arrays cover. Collects those parts of buffers
 * while an image is coded, and swaps each once, however many views cover it. Bytes that no typed array of the image covers
 * are taken to be bytes.
 */
export class ViewRegions {
  readonly #regions: { bytes: (start: number) => Uint8Array; view: View }[] = []
  readonly #starts = new Map<ArrayBufferLike, number>()

  /** A collection, if a machine of this byte order needs one. */
  static needed(order: 'LE' | 'BE' = HOST): ViewRegions | null {
    return order === 'BE' ? new ViewRegions() : null
  }

  /** The buffer's contents begin at `start` of the image. */
  place(buffer: ArrayBufferLike, start: number): void {
    this.#starts.set(buffer, start)
  }

  /** `bytes` is asked for the viewed part of the buffer when all is coded, given where the buffer was placed. */
  add(view: View, bytes: (start: number) => Uint8Array): void {
    if (view.BYTES_PER_ELEMENT > 1) this.#regions.push({ bytes, view })
  }

  /** A view that reads bytes as elements of another width than another view of the same buffer does. */
  #conflict(): View | null {
    for (const { view } of this.#regions) {
      for (const { view: other } of this.#regions) {
        if (overlaps(view, other) && !agrees(view, other)) return view
      }
    }
    return null
  }

  /**
   * Swaps every element once.
   *
   * @throws Unmovable if views of different element width overlap
   */
  swap(): void {
    const view = this.#conflict()
    if (view !== null) throw new Unmovable(view, OVERLAP, 'give elements of each width a buffer of their own')
    const done = new Map<ArrayBufferLike, Set<number>>()
    for (const { bytes, view } of this.#regions) {
      const swapped = done.get(view.buffer) ?? new Set<number>()
      done.set(view.buffer, swapped)
      const start = this.#starts.get(view.buffer)
      if (start === undefined) continue // the buffer has a name: it did not travel
      const width = view.BYTES_PER_ELEMENT
      const target = bytes(start)
      for (let at = 0; at < target.length; at += width) {
        if (swapped.has(view.byteOffset + at)) continue
        swapped.add(view.byteOffset + at)
        target.subarray(at, at + width).reverse()
      }
    }
  }
}

const OVERLAP = 'a view that overlaps one of another element width, which a big-endian machine cannot convert'

const overlaps = (a: View, b: View): boolean =>
  a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength

const agrees = (a: View, b: View): boolean =>
  a.BYTES_PER_ELEMENT === b.BYTES_PER_ELEMENT && (a.byteOffset - b.byteOffset) % a.BYTES_PER_ELEMENT === 0

/** The index of a typed array's class in {@link VIEW_CLASSES}, −1 for a class that other kernels may not know. */
export const viewClassOf = (view: View): number => VIEW_NAMES.indexOf(viewName(view))

const VIEW_NAMES: readonly string[] = VIEW_CLASSES.map(({ name }) => name)
