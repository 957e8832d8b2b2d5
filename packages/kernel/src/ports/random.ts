import { randomBytes } from 'node:crypto'
import type { InjectionToken } from 'tsyringe'

/** Chance. Everything in a kernel that depends on chance takes it from here, so that `sim` can repeat a run by its seed. */
export interface Random {
  /** A uniformly distributed integer of 0 … 2^32 − 1. */
  u32(): number
  /** A uniformly distributed number of [0, 1) with 53 random bits, as `Math.random` gives. */
  unit(): number
  /** A uniformly distributed integer of 0 … `bound` − 1; `bound` is an integer of 1 … 2^32. */
  below(bound: number): number
  /** A new generator whose numbers are independent of those that this one goes on to give. */
  fork(): Random
}

/** Default: {@link SeededRandom} with a seed from the host's entropy. */
export const Random: InjectionToken<Random> = Symbol('atoll.Random')

/**
 * xoshiro128** by Blackman and Vigna, its state filled by splitmix32 (https://prng.di.unimi.it). Period 2^128 − 1. Not for
 * secrets.
 */
export class SeededRandom implements Random {
  readonly seed: number
  #a: number
  #b: number
  #c: number
  #d: number

  /** `seed`: an integer; its low 32 bits count. */
  constructor(seed: number) {
    this.seed = seed >>> 0
    const next = splitmix32(this.seed)
    this.#a = next()
    this.#b = next()
    this.#c = next()
    this.#d = next() | 1 // the all-zero state is the one from which xoshiro never escapes
  }

  /** A generator that nobody can repeat. */
  static fromEntropy(): SeededRandom {
    return new SeededRandom(randomBytes(4).readUInt32LE())
  }

  u32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotateLeft(this.#d, 11)
    return result
  }

  unit(): number {
    const high = this.u32() >>> 5
    const low = this.u32() >>> 6
    return (high * 0x400_0000 + low) / 2 ** 53
  }

  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`Random.below: bound is ${bound}; give an integer of 1 … 2^32`)
    }
    // Numbers at or above the largest multiple of `bound` would favour the small results.
    const limit = 2 ** 32 - (2 ** 32 % bound)
    let candidate = this.u32()
    while (candidate >= limit) candidate = this.u32()
    return candidate % bound
  }

  fork(): SeededRandom {
    return new SeededRandom(this.u32())
  }
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

function splitmix32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e37_79b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0_aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a_2d97)
    return mixed ^ (mixed >>> 15)
  }
}
