/** What `memory/view` and `memory/scalar-hit` go over: 256 KiB. */
export const ELEMENTS = 32_768
/** How often in one sample. */
export const SWEEPS = 200

/** Reads and writes every element. */
export function sweep(numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] ?? 0) * 0.5 + 1
}

/** The sum of elements, modulo 2³². */
export function sum(numbers: Int32Array): number {
  let total = 0
  for (let i = 0; i < numbers.length; i++) total = (total + (numbers[i] ?? 0)) | 0
  return total
}
