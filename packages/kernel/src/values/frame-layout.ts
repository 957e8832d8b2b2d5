import type { Code, Frame } from '../frames/frame.js'
import { define, literalOf } from './layout.js'

/** Compiling a constructor takes some 40 µs: not for a point at which few frames arrive. */
const USES_BEFORE_COMPILING = 2

type Make = (code: Code, values: readonly unknown[], base: number) => Frame

/** Makes frames at one resume point, with the hidden class that the function's own code gives them. */
export class FrameLayout {
  readonly slots: readonly string[]
  readonly #code: Code
  readonly #point: number
  #uses = 0
  #make: Make | null = null

  constructor(code: Code, point: number, slots: readonly string[]) {
    this.slots = slots
    this.#code = code
    this.#point = point
  }

  /** A frame without a caller, its slots from `values[base]` on. */
  make(values: readonly unknown[], base: number): Frame {
    if (this.#make !== null) return this.#make(this.#code, values, base)
    if (this.#uses++ >= USES_BEFORE_COMPILING) this.#make = compile(this.#point, this.slots)
    const header = [this.#code, this.#point, null]
    const all = [...header, ...values.slice(base, base + this.slots.length)]
    const keys = ['$f', '$p', '$c', ...this.slots]
    const frame = literalOf(keys, all, 0)
    for (const [i, key] of keys.entries()) define(frame, key, all[i])
    return frame as Frame
  }

  fill(frame: object, values: readonly unknown[], base: number): void {
    for (const [i, slot] of this.slots.entries()) (frame as Record<string, unknown>)[slot] = values[base + i]
  }
}

const known = new WeakMap<Code, FrameLayout[]>()

/** By resume point. */
export function frameLayoutsOf(code: Code): readonly FrameLayout[] {
  let layouts = known.get(code)
  if (!layouts) known.set(code, (layouts = code.points.map(({ slots }, point) => new FrameLayout(code, point, slots))))
  return layouts
}

function compile(point: number, slots: readonly string[]): Make {
  const properties = slots.map((slot, i) => `, ${JSON.stringify(slot)}: v[b + ${i}]`).join('')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a literal is the only way to its hidden class; all text is quoted
  return new Function('f', 'v', 'b', `return { $f: f, $p: ${point}, $c: null${properties} }`) as Make
}
