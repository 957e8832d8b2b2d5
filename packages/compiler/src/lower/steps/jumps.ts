import * as t from '@babel/types'
import type { StepBuilder } from './builder.js'
import { both, id, integer, member, none, same } from '../syntax.js'

/** A completion's number in the local of its `finally`: it fell off the end, it threw, or it jumps (from 2 on). */
const NORMAL = 0
const THROWN = 1
const FIRST_JUMP = 2

/** What encloses the statement that is being normalized, as far as leaving it is concerned. */
type Context = Target | Completion | Catch | Finalizer

interface Target {
  readonly kind: 'target'
  readonly breaks: readonly string[]
  readonly continues: readonly string[]
  readonly breakLabel: string
  readonly continueLabel: string
  readonly used: Set<string>
}

/** Code whose every completion is intercepted, because something follows it in any case. */
interface Completion {
  readonly kind: 'completion'
  readonly label: string
  readonly number: string
  readonly carried: string
  readonly jumps: Jump[]
}

interface Catch {
  readonly kind: 'catch'
}

/** A `finally` block: a jump out of it overrides what it was entered with, unless that was an unwinding. */
interface Finalizer {
  readonly kind: 'finalizer'
  readonly number: string
  readonly carried: string
}

type Jump = { readonly kind: 'break' | 'continue'; readonly name: string }

/** The unnamed target of `break` and `continue`, and the target of a `return` that has to pass a `finally`. */
export const UNNAMED = ''
export const EXIT = '(exit)'

/** The local that holds the value of a `return` on its way out. */
export const RESULT = '$result'

/**
 * Ways out of statements: which label a `break` or `continue` leaves by, and how each passes the `finally` blocks on its way.
 */
export class Jumps {
  readonly #builder: StepBuilder
  readonly #contexts: Context[] = []

  constructor(builder: StepBuilder) {
    this.#builder = builder
  }

  /** Is an exception thrown here caught within the function, or its way out intercepted? */
  get isGuarded(): boolean {
    return this.#contexts.some(({ kind }) => kind === 'completion' || kind === 'catch')
  }

  /** Does a `return` here have to pass something? */
  get isIntercepted(): boolean {
    return this.#contexts.some(({ kind }) => kind === 'completion' || kind === 'finalizer')
  }

  /** Builds inside of a target of breaks and continues; gives the labels that were used. */
  inTarget(breaks: readonly string[], continues: readonly string[], build: (used: Target) => void): Target {
    const target: Target = {
      kind: 'target',
      breaks,
      continues,
      breakLabel: this.#builder.label(),
      continueLabel: this.#builder.label(),
      used: new Set(),
    }
    this.#within(target, () => build(target))
    return target
  }

  inCatch(build: () => void): void {
    this.#within({ kind: 'catch' }, build)
  }

  /** Leaves the function with `value`, by way of every `finally` that encloses this place. */
  exit(value: t.Expression): void {
    this.#jump('break', EXIT, value)
  }

  /** Jumps to the target of a `break` or `continue`. */
  jump(kind: 'break' | 'continue', name: string): void {
    this.#jump(kind, name, none())
  }

  /** A jump that is intercepted carries `value` with it, in the local that would hold an exception. */
  #jump(kind: 'break' | 'continue', name: string, value: t.Expression): void {
    const builder = this.#builder
    for (const context of [...this.#contexts].reverse()) {
      if (context.kind === 'finalizer') this.#keepUnwinding(context)
      if (context.kind === 'completion') return this.#intercept(context, { kind, name }, value)
      if (context.kind !== 'target') continue
      const names = kind === 'break' ? context.breaks : context.continues
      if (!names.includes(name)) continue
      const label = kind === 'break' ? context.breakLabel : context.continueLabel
      context.used.add(label)
      if (name === EXIT) builder.set(RESULT, value)
      return builder.emit({ kind: 'break', label })
    }
    throw new Error(`no target of ${kind} ${name}`)
  }

  /**
   * Emits `body`, then what `after` emits whatever way the body is left; then goes on that way. `after` is given a test of
   * whether the body threw, and one of whether it was left early at all.
   */
  completing(body: () => void, after: (completion: { threw: t.Expression; left: t.Expression }) => void): void {
    const builder = this.#builder
    const context: Completion = {
      kind: 'completion',
      label: builder.label(),
      number: builder.variable(),
      carried: builder.variable(),
      jumps: [],
    }
    const steps = builder.collect(() => {
      this.#within(context, body)
      this.#complete(context, NORMAL, none())
    })
    const caught = builder.temporary()
    const handler = builder.collect(() => {
      builder.set(context.number, integer(THROWN))
      builder.set(context.carried, id(caught))
    })
    builder.emit({ kind: 'block', label: context.label, body: [{ kind: 'try', body: steps, error: caught, handler }] })
    const number = id(context.number)
    this.#within({ kind: 'finalizer', number: context.number, carried: context.carried }, () =>
      after({ threw: same(number, integer(THROWN)), left: t.binaryExpression('!==', number, integer(NORMAL)) }),
    )
    this.#resume(context)
  }

  /** `carried` is assigned in any case, so that nothing older counts as live. */
  #complete({ number, carried: local }: Completion, value: number, carried: t.Expression): void {
    this.#builder.set(local, carried)
    this.#builder.set(number, integer(value))
  }

  #intercept(context: Completion, jump: Jump, value: t.Expression): void {
    let index = context.jumps.findIndex(({ kind, name }) => kind === jump.kind && name === jump.name)
    if (index < 0) index = context.jumps.push(jump) - 1
    this.#complete(context, FIRST_JUMP + index, value)
    this.#builder.emit({ kind: 'break', label: context.label })
  }

  #resume({ number, carried, jumps }: Completion): void {
    const builder = this.#builder
    const thrown = builder.collect(() => builder.emit({ kind: 'throw', argument: id(carried), origin: id(carried) }))
    builder.emit({ kind: 'if', test: same(id(number), integer(THROWN)), consequent: thrown, alternate: [] })
    for (const [index, { kind, name }] of jumps.entries()) {
      const steps = builder.collect(() => this.#jump(kind, name, name === EXIT ? id(carried) : none()))
      builder.emit({
        kind: 'if',
        test: same(id(number), integer(FIRST_JUMP + index)),
        consequent: steps,
        alternate: [],
      })
    }
  }

  #keepUnwinding({ number, carried }: Finalizer): void {
    const builder = this.#builder
    const unwinding = t.binaryExpression('instanceof', id(carried), member('$r', 'Unwind'))
    const steps = builder.collect(() => builder.emit({ kind: 'throw', argument: id(carried), origin: id(carried) }))
    builder.emit({
      kind: 'if',
      test: both(same(id(number), integer(THROWN)), unwinding),
      consequent: steps,
      alternate: [],
    })
  }

  #within(context: Context, build: () => void): void {
    this.#contexts.push(context)
    try {
      build()
    } finally {
      this.#contexts.pop()
    }
  }
}
