import { FourierTransform } from './fft.js'
import { FtLayout } from './ft-layout.js'
import type { FtSize } from './ft-result.js'
import { fillUniform, jump } from './random.js'

const SEED = 314159265
const ALPHA = 1e-6
const CHECKED = 1024

/**
 * FT: a partial differential equation solved in Fourier space. A random state is transformed along x, y and z; in each iteration every number of the spectrum
 * is multiplied by exp(−4π²α k²), the whole transformed back, and a checksum of some of it taken.
 *
 * This is what one part does, on the memory that it is given. It holds no state, only tables and room to work in: it is made wherever it is needed, and
 * does not move.
 *
 * Source: D. Bailey et al., The NAS Parallel Benchmarks, NASA report RNR-94-007, section 2.2.4.
 */
export class FtKernel {
  readonly #size: FtSize
  readonly #layout: FtLayout
  readonly #part: number
  readonly #parts: readonly number[]

  constructor(size: FtSize, parts: number, part: number) {
    this.#size = size
    this.#layout = new FtLayout(size, parts)
    this.#part = part
    this.#parts = Array.from({ length: parts }, (_, number) => number)
  }

  /** Draws the initial state of the part's planes, transforms it along x and y, and puts it into the part's inward blocks. */
  drawPlanes(blocks: Float64Array): void {
    const { rowLength, blockStride } = this.#layout
    const transform = new PlaneTransform(this.#size, 1)
    const { first, end } = this.#layout.planes(this.#part)
    for (let z = first; z < end; z++) {
      fillUniform(transform.input, jump(SEED, z * transform.input.length))
      const plane = transform.run()
      for (const to of this.#parts) {
        const slices = this.#layout.slices(to)
        const rows = plane.subarray(slices.first * rowLength, slices.end * rowLength)
        blocks.set(rows, to * blockStride + (z - first) * rows.length)
      }
    }
  }

  /** Puts what another part's planes have for it into the part's slices. */
  gatherSlices(spectrum: Float64Array, block: Float64Array, from: number): void {
    const { rowLength } = this.#layout
    const { first, end } = this.#layout.planes(from)
    const slices = this.#layout.slices(this.#part)
    for (let z = first, at = 0; z < end; z++) {
      for (let y = 0; y < slices.end - slices.first; y++, at += rowLength) {
        spectrum.set(block.subarray(at, at + rowLength), (y * this.#size.nz + z) * rowLength)
      }
    }
  }

  /** Transforms the part's slices along z. */
  transformSlices(spectrum: Float64Array): void {
    const { nx, nz } = this.#size
    const transform = new FourierTransform(nz, 1)
    const scratch = new Float64Array(nz * this.#layout.rowLength)
    for (let at = 0; at < spectrum.length; at += scratch.length) {
      const slice = spectrum.subarray(at, at + scratch.length)
      transform.transform(slice, scratch, 0, nx)
      if (transform.endsInScratch) slice.set(scratch)
    }
  }

  /** One iteration of the part's slices, and their transform back along z into the part's outward blocks. */
  evolve(spectrum: Float64Array, blocks: Float64Array): void {
    const { nx, ny, nz } = this.#size
    const [dampX, dampY, dampZ] = [damping(nx), damping(ny), damping(nz)]
    const transform = new FourierTransform(nz, -1)
    const [slice, scratch] = [new Float64Array(2 * nx * nz), new Float64Array(2 * nx * nz)]
    const { first, end } = this.#layout.slices(this.#part)
    for (let y = first; y < end; y++) {
      const evolved = spectrum.subarray((y - first) * slice.length, (y - first + 1) * slice.length)
      damp(evolved, dampX, dampZ, dampY[y])
      slice.set(evolved)
      transform.transform(slice, scratch, 0, nx)
      this.#scatterSlice(transform.endsInScratch ? scratch : slice, y - first, end - first, blocks)
    }
  }

  /** Slice number `y` of the part's `height` ones goes to all others. */
  #scatterSlice(slice: Float64Array, y: number, height: number, blocks: Float64Array): void {
    const { rowLength, blockStride } = this.#layout
    for (const to of this.#parts) {
      const { first, end } = this.#layout.planes(to)
      for (let z = first; z < end; z++) {
        const row = slice.subarray(z * rowLength, (z + 1) * rowLength)
        blocks.set(row, to * blockStride + ((z - first) * height + y) * rowLength)
      }
    }
  }

  /** The sum of the checked points in the part's planes, transformed back from all parts' blocks for it. */
  checksum(blocks: readonly Float64Array[]): [real: number, imaginary: number] {
    const { rowLength } = this.#layout
    const transform = new PlaneTransform(this.#size, -1)
    const { first, end } = this.#layout.planes(this.#part)
    let [real, imaginary] = [0, 0]
    for (let z = first; z < end; z++) {
      for (const [from, block] of blocks.entries()) {
        const slices = this.#layout.slices(from)
        const length = (slices.end - slices.first) * rowLength
        transform.input.set(block.subarray((z - first) * length, (z - first + 1) * length), slices.first * rowLength)
      }
      const plane = transform.run()
      for (const point of checkedPoints(this.#size, z)) {
        real += plane[2 * point]
        imaginary += plane[2 * point + 1]
      }
    }
    return [real, imaginary]
  }
}

/** Transforms planes of one z, along x and then along y. */
class PlaneTransform {
  /** The plane to transform. It is overwritten. */
  readonly input: Float64Array
  readonly #scratch: Float64Array
  readonly #nx: number
  readonly #alongX: FourierTransform
  readonly #alongY: FourierTransform

  constructor({ nx, ny }: FtSize, direction: 1 | -1) {
    this.input = new Float64Array(2 * nx * ny)
    this.#scratch = new Float64Array(2 * nx * ny)
    this.#nx = nx
    this.#alongX = new FourierTransform(nx, direction)
    this.#alongY = new FourierTransform(ny, direction)
  }

  /** Returns the transformed plane: good until the next run. */
  run(): Float64Array {
    let [plane, other] = [this.input, this.#scratch]
    for (let row = 0; row < plane.length; row += 2 * this.#nx) this.#alongX.transform(plane, other, row, 1)
    if (this.#alongX.endsInScratch) [plane, other] = [other, plane]
    this.#alongY.transform(plane, other, 0, this.#nx)
    return this.#alongY.endsInScratch ? other : plane
  }
}

/** By index, for one axis: exp(−4π²α k²), where the indices of the upper half stand for negative k. */
function damping(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, index) => {
    const k = index < n / 2 ? index : index - n
    return Math.exp(-4 * Math.PI ** 2 * ALPHA * k * k)
  })
}

/** Multiplies each number of a slice by what its x, z and y say. */
function damp(slice: Float64Array, dampX: Float64Array, dampZ: Float64Array, dampY: number): void {
  for (let z = 0, at = 0; z < dampZ.length; z++) {
    const factor = dampZ[z] * dampY
    for (let x = 0; x < dampX.length; x++, at += 2) {
      slice[at] *= factor * dampX[x]
      slice[at + 1] *= factor * dampX[x]
    }
  }
}

/** The numbers, within the plane of this z, of the points whose sum is the checksum. */
function checkedPoints({ nx, ny, nz }: FtSize, z: number): number[] {
  const points = []
  for (let j = 1; j <= CHECKED; j++) if ((5 * j) % nz === z) points.push(((3 * j) % ny) * nx + (j % nx))
  return points
}
