/**
 * The pseudo-random stream of the NAS Parallel Benchmarks: `x' = a·x mod 2^46`, each state giving the uniform deviate
 * `x·2^-46`. States are integers below 2^46, which a double holds exactly.
 *
 * Source: D. Bailey et al., The NAS Parallel Benchmarks, NASA report RNR-94-007, section 2.3.
 */

const HALF = 2 ** 23
const PER_HALF = 2 ** -23
const PER_STATE = 2 ** -46

/** The multiplier of every benchmark of the suite, 5^13. */
export const MULTIPLIER = 1220703125

/** `a·x mod 2^46`, exactly: of the four products of 23-bit halves, the highest is a multiple of 2^46 and drops out. */
export function multiply(a: number, x: number): number {
  const aHigh = Math.floor(a * PER_HALF)
  const aLow = a - aHigh * HALF
  const xHigh = Math.floor(x * PER_HALF)
  const xLow = x - xHigh * HALF

  const low = aLow * xLow
  const carry = Math.floor(low * PER_HALF)
  const high = aHigh * xLow + aLow * xHigh + carry
  return (high - Math.floor(high * PER_HALF) * HALF) * HALF + (low - carry * HALF)
}

/** `a^exponent mod 2^46`, by squaring: what `exponent` steps of the stream amount to. */
export function power(a: number, exponent: number): number {
  let result = 1
  let square = a
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result)
    square = multiply(square, square)
  }
  return result
}

/** The state of the stream that began with `seed`, `steps` steps later. */
export function jump(seed: number, steps: number): number {
  return multiply(power(MULTIPLIER, steps), seed)
}

/**
 * Fills `block` with the next deviates, in (0, 1), of the stream at `state`, and returns the state after them.
 * It is `multiply` unrolled: the state stays split in halves from one step to the next.
 */
export function fillUniform(block: Float64Array, state: number): number {
  const aHigh = Math.floor(MULTIPLIER * PER_HALF)
  const aLow = MULTIPLIER - aHigh * HALF
  let xHigh = Math.floor(state * PER_HALF)
  let xLow = state - xHigh * HALF

  for (let i = 0; i < block.length; i++) {
    const low = aLow * xLow
    const carry = Math.floor(low * PER_HALF)
    const high = aHigh * xLow + aLow * xHigh + carry
    xLow = low - carry * HALF
    xHigh = high - Math.floor(high * PER_HALF) * HALF
    block[i] = xHigh * PER_HALF + xLow * PER_STATE
  }
  return xHigh * HALF + xLow
}
