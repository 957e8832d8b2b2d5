import {
  decodeValues,
  encodeValues,
  Externals,
  ImageInstance,
  stamp,
  type Code,
  type DecodeContext,
  type EncodeContext,
  type Frame,
} from '../../src/index.js'

export type Context = EncodeContext & DecodeContext

/**
 * One kernel's instance of a small program, as generated code would register it. Two of them stand for two kernels: nothing
 * that they make is the same object.
 */
export function program(options: Omit<Partial<Context>, 'instance'> = {}) {
  const instance = new ImageInstance({ hash: 'test', name: 'test.ts', code: '', sourceMap: '' })

  class Point {
    x: number
    y: number
    constructor(x: number, y: number) {
      this.x = x
      this.y = y
    }
    get length(): number {
      return Math.hypot(this.x, this.y)
    }
    async move(): Promise<void> {}
    static origin(): Point {
      return new Point(0, 0)
    }
  }
  class Grid extends Map<string, unknown> {
    label = 'grid'
    override set(): this {
      throw new Error('the program runs')
    }
  }
  class List extends Array<unknown> {}
  class Failure extends TypeError {
    reason = 'none'
  }
  class Vector extends Float64Array {
    unit = 'm'
    override get length(): number {
      throw new Error('the program runs')
    }
  }
  class Temperature {
    readonly #kelvin: number
    constructor(kelvin: number) {
      this.#kelvin = kelvin
    }
    get kelvin(): number {
      return this.#kelvin
    }
    [Symbol.for('atoll.serialize')](): unknown {
      return { kelvin: this.#kelvin, frozen: Object.freeze([1]) }
    }
    static [Symbol.for('atoll.deserialize')]({ kelvin, frozen }: { kelvin: number; frozen: number[] }): Temperature {
      return new Temperature(frozen[0] === 1 && Object.isFrozen(frozen) ? kelvin : NaN)
    }
  }
  const settings = { verbose: true, run() {} }
  function double(n: number): number {
    return 2 * n
  }
  instance.names('test.ts', {
    Point: () => Point,
    Grid: () => Grid,
    List: () => List,
    Failure: () => Failure,
    Vector: () => Vector,
    Temperature: () => Temperature,
    settings: () => settings,
    double: () => double,
  })

  const resume = (): never => {
    throw new Error('frames are not resumed here')
  }
  const codes: Record<'outer' | 'inner', Code> = {
    outer: instance.code('test.ts:3:1', 'outer', [[5, 9, ['a', 'b$1'], ['a', 'b']]], resume),
    inner: instance.code(
      'lib/deep.ts:10:1',
      'Server.accept',
      [
        [11, 3, []],
        [42, 7, ['cfg', 't$0'], ['cfg', '']],
      ],
      resume,
    ),
  }
  const frame = (code: Code, point: number, slots: object, caller: Frame | null = null): Frame => ({
    $f: code,
    $p: point,
    $c: caller,
    ...slots,
  })

  const counter = instance.template('test.ts:20:9', 'increment', 20, ['count'], (environment) => {
    const captured = environment as { count: number }
    const increment = (): number => ++captured.count
    return stamp(increment, counter, [environment])
  })
  const reader = instance.template('test.ts:30:9', 'read', 30, [], (outer, inner) => {
    const read = (): unknown => [outer, inner]
    return stamp(read, reader, [outer, inner])
  })
  /** A local class with a method and a static counter, which captures `environment`. */
  const local = instance.template('test.ts:40:9', 'Local', 40, [], (environment) => {
    class Local {
      static made = 0
      value = 1
      async captured(): Promise<unknown> {
        return environment
      }
    }
    return stamp(Local, local, [environment])
  })
  const classic = instance.template('test.ts:50:9', 'Classic', 50, [], (environment) => {
    // An old-style constructor.
    const Classic = function Classic(this: { environment: unknown }): void {
      this.environment = environment
    }
    return stamp(Classic, classic, [environment])
  })

  const externals = new Externals()
  externals.register('@atoll/posix', { pthread_create() {}, PTHREAD: { kind: 1 } })

  const context: Context = { instance, externals, ...options }
  return {
    context,
    instance,
    externals,
    codes,
    frame,
    counter,
    reader,
    local,
    classic,
    settings,
    double,
    classes: { Point, Grid, List, Failure, Vector, Temperature },
  }
}

/** Encodes on one kernel and decodes on another. */
export function send<T>(value: T, from: Context = program().context, to: Context = program().context): T {
  return sendAll([value], from, to)[0] as T
}

export function sendAll(values: readonly unknown[], from = program().context, to = program().context): unknown[] {
  return decodeValues(encodeValues(values, from), to)
}
