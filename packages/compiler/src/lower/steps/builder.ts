import type * as t from '@babel/types'
import type { ModuleOutput } from '../output.js'
import type { Await, SafePoint, Step } from './steps.js'
import { assign, id } from '../syntax.js'

/** What is being built of one function: its steps, its locals, and what is known about them. */
export class StepBuilder {
  readonly output: ModuleOutput
  /** Every local, in order of appearance; those of the source and the compiler's own. */
  readonly locals: string[]
  /** Locals that never change once they have a value: reading them later gives the same. */
  readonly stable: Set<string>
  /** Locals that never hold a promise. */
  readonly settled = new Set<string>()
  readonly #isKnownConstant: (name: string) => boolean
  /** Which kind of generator it is, if it is one. */
  readonly generator: 'sync' | 'async' | null
  #steps: Step[] = []
  #temporaries = 0
  #labels = 0

  /** @param isKnownConstant Is this a module-level name that is never assigned again once it can be read? */
  constructor(
    output: ModuleOutput,
    locals: readonly string[],
    stable: Iterable<string>,
    isKnownConstant: (name: string) => boolean,
    generator: 'sync' | 'async' | null = null,
  ) {
    this.generator = generator
    this.output = output
    this.locals = [...locals]
    this.stable = new Set(stable)
    this.#isKnownConstant = isKnownConstant
  }

  isConstant(name: string): boolean {
    return this.stable.has(name) || this.#isKnownConstant(name)
  }

  /** What stands behind a jump is never come to, and left out. */
  emit(step: Step): void {
    const last = this.#steps.at(-1)?.kind
    if (last !== 'break' && last !== 'return' && last !== 'throw') this.#steps.push(step)
  }

  do(expression: t.Expression): void {
    this.emit({ kind: 'do', expression })
  }

  set(target: string, value: t.Expression): void {
    this.do(assign(target, value))
  }

  await(target: string, operation: Await['operation'], origin: t.Node): void {
    this.emit({ kind: 'await', target, operation, point: newPoint(origin) })
  }

  /** The steps that `build` emits. */
  collect(build: () => void): Step[] {
    const outer = this.#steps
    const inner: Step[] = []
    this.#steps = inner
    try {
      build()
    } finally {
      this.#steps = outer
    }
    return inner
  }

  /** A local of the compiler's own that is assigned once where it is used. */
  temporary(): string {
    const name = `$${++this.#temporaries}`
    this.declare(name)
    this.stable.add(name)
    return name
  }

  /** A local of the compiler's own that is assigned in several places. */
  variable(): string {
    const name = this.temporary()
    this.stable.delete(name)
    return name
  }

  /** A temporary that holds `value`. */
  save(value: t.Expression): t.Identifier {
    const name = this.temporary()
    this.set(name, value)
    return id(name)
  }

  declare(name: string): void {
    if (!this.locals.includes(name)) this.locals.push(name)
  }

  label(): string {
    return `L${++this.#labels}`
  }
}

export const newPoint = (origin: t.Node): SafePoint => ({ index: -1, live: [], origin })
