import type { DeliveryRandom } from '../src/index.js'

/** A repeatable sequence: multiplication modulo a prime (Park and Miller). */
export function randomFrom(seed: number): DeliveryRandom {
  let state = seed
  return {
    below(bound) {
      state = (state * 48_271) % 0x7fff_ffff
      return state % bound
    },
  }
}
