import type { Code, Frame } from '../frames/frame.js'
import type { ImageInstance } from '../frames/image.js'
import { ByteWriter } from './byte-writer.js'
import type { Encoder } from './encoder.js'
import { define, literalOf } from './layout.js'

/** Compiling takes some 40 µs: not for a point at which few frames are made or written. */
const USES_BEFORE_COMPILING = 2

type Make = (code: Code, values: readonly unknown[], base: number) => Frame
type Write = (encoder: Encoder, frame: Frame) => void

/** Writes and makes frames at one resume point; made with the hidden class that the function's own code gives them. */
export class FrameLayout {
  readonly slots: readonly string[]
  readonly #code: Code
  readonly #point: number
  #made = 0
  #written = 0
  #make: Make | null = null
  #write: Write | null = null

  constructor(code: Code, point: number, slots: readonly string[]) {
    this.slots = slots
    this.#code = code
    this.#point = point
  }

  /** Writes the values of the frame's slots. */
  write(encoder: Encoder, frame: Frame): void {
    if (this.#write !== null) return this.#write(encoder, frame)
    if (this.#written++ >= USES_BEFORE_COMPILING) this.#write = compileWrite(this.slots)
    for (const slot of this.slots) encoder.value(frame[slot])
  }

  /** A frame without a caller, its slots from `values[base]` on. */
  make(values: readonly unknown[], base: number): Frame {
    if (this.#make !== null) return this.#make(this.#code, values, base)
    if (this.#made++ >= USES_BEFORE_COMPILING) this.#make = compileMake(this.#point, this.slots)
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

/** How the frames of one code are written and made. */
export class FrameLayouts {
  /** By resume point. */
  readonly points: readonly FrameLayout[]
  /** The code's id as an image spells it out. */
  readonly spelledId: Uint8Array
  /** The instance that the code is known to belong to, once that was looked up. */
  instance: ImageInstance | null = null

  constructor(code: Code) {
    this.points = code.points.map(({ slots }, point) => new FrameLayout(code, point, slots))
    const writer = new ByteWriter()
    writer.begin()
    writer.untaggedString(code.id)
    this.spelledId = writer.take().slice()
  }
}

const known = new WeakMap<Code, FrameLayouts>()

export function frameLayoutsOf(code: Code): FrameLayouts {
  let layouts = known.get(code)
  if (!layouts) known.set(code, (layouts = new FrameLayouts(code)))
  return layouts
}

function compileMake(point: number, slots: readonly string[]): Make {
  const properties = slots.map((slot, i) => `, ${JSON.stringify(slot)}: v[b + ${i}]`).join('')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a literal is the only way to its hidden class; all text is quoted
  return new Function('f', 'v', 'b', `return { $f: f, $p: ${point}, $c: null${properties} }`) as Make
}

/** One access per slot, each with its own inline cache: by one access for all, a slot costs a look into the engine's global cache. */
function compileWrite(slots: readonly string[]): Write {
  const writes = slots.map((slot) => `e.value(f[${JSON.stringify(slot)}])`).join('\n')
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- all text is quoted
  return new Function('e', 'f', writes) as Write
}
