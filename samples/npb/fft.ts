/**
 * The discrete Fourier transform of n complex numbers, n a power of two, without scaling. A complex number is two doubles: real, imaginary.
 *
 * Source: the autosorting transform of Stockham as in C. Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), section 1.7.
 */
export class FourierTransform {
  readonly #n: number
  /** exp(±2πi k/n), k < n/2. */
  readonly #roots: Float64Array

  constructor(n: number, direction: 1 | -1) {
    this.#n = n
    this.#roots = new Float64Array(n)
    for (let k = 0; k < n / 2; k++) {
      const angle = (direction * 2 * Math.PI * k) / n
      this.#roots[2 * k] = Math.cos(angle)
      this.#roots[2 * k + 1] = Math.sin(angle)
    }
  }

  /** Of the two arrays that a transform is given, is it the second that has the result? */
  get endsInScratch(): boolean {
    return Math.log2(this.#n) % 2 === 1
  }

  /**
   * Transforms each of `columns` columns of n complex numbers: n rows of `columns` numbers, from `data[offset]` on. Both arrays are overwritten there.
   *
   * All columns go through a pass together, in runs that lie next to each other, so that a transform along any axis of a grid reads memory in its order.
   */
  transform(data: Float64Array, scratch: Float64Array, offset: number, columns: number): void {
    let [from, to] = [data, scratch]
    for (let pairs = this.#n / 2, run = 2 * columns; pairs >= 1; pairs /= 2, run *= 2) {
      pass(from, to, offset, pairs, run, this.#roots)
      ;[from, to] = [to, from]
    }
  }
}

/** One pass: what is `pairs` runs apart becomes sum and difference, next to each other. `run` counts doubles. */
function pass(
  from: Float64Array,
  to: Float64Array,
  offset: number,
  pairs: number,
  run: number,
  roots: Float64Array,
): void {
  const apart = pairs * run
  const step = roots.length / pairs
  for (let pair = 0; pair < pairs; pair++) {
    const real = roots[pair * step]
    const imaginary = roots[pair * step + 1]
    const end = offset + (pair + 1) * run
    for (let at = offset + pair * run, sum = offset + 2 * pair * run; at < end; at += 2, sum += 2) {
      const aReal = from[at]
      const aImaginary = from[at + 1]
      const bReal = from[at + apart]
      const bImaginary = from[at + apart + 1]
      const differenceReal = aReal - bReal
      const differenceImaginary = aImaginary - bImaginary
      to[sum] = aReal + bReal
      to[sum + 1] = aImaginary + bImaginary
      to[sum + run] = real * differenceReal - imaginary * differenceImaginary
      to[sum + run + 1] = real * differenceImaginary + imaginary * differenceReal
    }
  }
}
