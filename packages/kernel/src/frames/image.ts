import type { Code, Frame, Point } from './frame.js'
import type { Executor } from './registers.js'

/** A compiled application. A value: sent between kernels as it is, named by the hash of its code. */
export interface ProgramImage {
  /** SHA-256 of `code`, lower-case hexadecimal. */
  readonly hash: string
  /** What it was compiled from, for display: the entry module's path relative to the program's root. */
  readonly name: string
  /** JavaScript source text of one function expression, an {@link ImageFactory}. */
  readonly code: string
  /**
   * Source map of `code` (JSON, version 3), sources relative to the program's root. Those of the functions that the
   * compiler adds to every image are called `atoll:…`.
   */
  readonly sourceMap: string
  /**
   * Where the sources are, a URL that ends in `/`, or `''` if nobody knows: given to debuggers with the source map. Not part of what the image is.
   *
   * @default no debugger is to be told
   */
  readonly sourceRoot?: string
}

/** The identifiers, beside `$r` and `$i`, that an image's factory takes from the kernel, in this order. */
export const SURROUNDINGS = [
  'require',
  'module',
  'exports',
  'console',
  'process',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'Date',
  'Math',
  'performance',
] as const

/** Evaluates the program's modules: `(registers, instance, ...surroundings)`; exports land in `module.exports`. */
export type ImageFactory = (registers: unknown, instance: ImageInstance, ...surroundings: unknown[]) => void

/** How closures over one place of the source are made. Registered once per image instance. */
export interface ClosureTemplate {
  /** Function id: module path + position, unique within its image. */
  readonly id: string
  readonly name: string
  readonly file: string
  /** 1-based line of the function. */
  readonly line: number
  /** Source names of captured variables that the closure assigns (itself or in functions within it). */
  readonly assigns: readonly string[]
  /** Makes a closure (or local class) over environment objects. */
  readonly make: (...environments: unknown[]) => object
}

/**
 * One instantiation of an image: per process and kernel. Generated code registers here, under stable names, everything
 * that a frame may refer to; the value encoder reads it both ways.
 */
export class ImageInstance {
  readonly image: ProgramImage
  /** The kernel that this instance lives on: who runs its code when a host callback enters it. */
  readonly executor: Executor | null
  #evaluated: Promise<void> | null = null
  readonly #codes = new Map<string, Code>()
  readonly #templates = new Map<string, ClosureTemplate>()
  readonly #named = new Map<string, () => unknown>()
  /** Names of the objects, functions and unique symbols that have one. */
  readonly #names = new Map<object | symbol, string>()
  /** Names whose bindings had no value yet: their modules have not been evaluated that far. */
  #unbound: string[] = []

  constructor(image: ProgramImage, executor: Executor | null = null) {
    this.image = image
    this.executor = executor
  }

  /** Called by generated code of a program that awaits at its modules' top level: it has not been evaluated before the promise is fulfilled. */
  evaluating(evaluated: Promise<void>): void {
    this.#evaluated = evaluated
  }

  /** Fulfilled when the program's modules have been evaluated, rejected with what they throw; `null`: that was done at once. */
  get evaluated(): Promise<void> | null {
    return this.#evaluated
  }

  /** Called by generated code, once per resumable function. Points are `[line, column, slots, names?]` for brevity. */
  code(
    id: string,
    name: string,
    points: readonly (readonly [number, number, readonly string[], (readonly string[])?])[],
    resume: (frame: Frame, value: unknown, thrown: boolean) => unknown,
  ): Code {
    const code: Code = {
      id,
      name,
      file: fileOf(id),
      points: points.map(([line, column, slots, names]): Point => ({ line, column, slots, names: names ?? slots })),
      resume,
    }
    this.#codes.set(id, code)
    return code
  }

  /** Called by generated code, once per place that makes closures. */
  template(
    id: string,
    name: string,
    line: number,
    assigns: readonly string[],
    make: (...environments: unknown[]) => object,
  ): ClosureTemplate {
    const template: ClosureTemplate = { id, name, file: fileOf(id), line, assigns, make }
    this.#templates.set(id, template)
    return template
  }

  /** Called by generated code for what travels by name: module-level bindings and functions that capture nothing. */
  names(prefix: string, getters: Readonly<Record<string, () => unknown>>): void {
    for (const [name, getter] of Object.entries(getters)) {
      this.#named.set(`${prefix}#${name}`, getter)
      this.#unbound.push(`${prefix}#${name}`)
    }
  }

  /** Finds out what the bindings hold that were not initialized before. To be called before an image is encoded. */
  bindNames(): void {
    if (this.#unbound.length > 0) this.#unbound = this.#unbound.filter((name) => !this.#bind(name))
  }

  /** The resumable function of this id, if the image has it. */
  codeOf(id: string): Code | undefined {
    return this.#codes.get(id)
  }

  /** How closures are made at the place of this id, if the image has it. */
  templateOf(id: string): ClosureTemplate | undefined {
    return this.#templates.get(id)
  }

  /** Is there something of this name? (Its value may be anything, even `undefined`.) */
  hasName(name: string): boolean {
    return this.#named.has(name)
  }

  /** The value that travels under `name`. */
  named(name: string): unknown {
    return this.#named.get(name)?.()
  }

  /** The name under which this very object, function or unique symbol travels, if it has one. */
  nameOf(target: object | symbol): string | undefined {
    return this.#names.get(target)
  }

  /** Every object, function and unique symbol that travels by name. */
  namedValues(): Iterable<object | symbol> {
    return this.#names.keys()
  }

  /** Indexes the value of a binding; returns whether it has one yet. */
  #bind(name: string): boolean {
    let value: unknown
    try {
      value = this.named(name)
    } catch {
      return false // in its dead zone
    }
    if (isIndexed(value) && !this.#names.has(value)) this.#names.set(value, name)
    return value !== undefined
  }
}

const isIndexed = (value: unknown): value is object | symbol =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol'

/** A function id is `path:line:column`, perhaps with a suffix after `@`. */
function fileOf(id: string): string {
  return id.replace(/(:\d+){1,2}(@.*)?$/, '')
}
