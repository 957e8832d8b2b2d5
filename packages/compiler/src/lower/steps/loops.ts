import type * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { not } from '../syntax.js'
import { newPoint, type StepBuilder } from './builder.js'
import { UNNAMED } from './jumps.js'
import type { Normalizer } from './normalize.js'
import type { Operands } from './operands.js'
import type { Landing, Step } from './steps.js'

/**
 * Turns loops into steps: each has its safe point at the end of a turn, and `continue` leaves a block inside of it.
 */
export class Loops {
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #normalizer: Normalizer
  #depth = 0

  constructor(builder: StepBuilder, operands: Operands, normalizer: Normalizer) {
    this.#builder = builder
    this.#operands = operands
    this.#normalizer = normalizer
  }

  /** Is the statement that is being turned into steps inside of a loop? */
  get isInside(): boolean {
    return this.#depth > 0
  }

  /** A `for` or `while`, after what it begins with. */
  loop(
    origin: t.Statement,
    labels: readonly string[],
    test: t.Expression | null,
    body: t.Statement,
    update: t.Expression | null,
  ): void {
    const awaits = hasAwait(test)
    this.turns(origin, labels, awaits ? null : test, (leave) => {
      if (test && awaits) this.#operands.branch(not(this.#operands.simple(test)), leave)
      this.continuable(labels, () => this.#normalizer.statement(body, []))
      if (update) this.#operands.effect(update)
    })
  }

  /** A loop that is tested at the end of its turns. */
  doWhile(node: t.DoWhileStatement, labels: readonly string[]): void {
    this.turns(node, labels, null, (leave) => {
      this.continuable(labels, () => this.#normalizer.statement(node.body, []))
      this.#operands.branch(not(this.#operands.simple(node.test)), leave)
    })
  }

  /** A loop, each turn of which is what `turn` emits; it is given what leaves the loop. What is thrown between turns lands at `landing`. */
  turns(
    origin: t.Node,
    labels: readonly string[],
    test: t.Expression | null,
    turn: (leave: () => void) => void,
    landing: Landing | null = null,
  ): void {
    const builder = this.#builder
    const body: Step[] = []
    this.#depth++
    const target = this.#normalizer.jumps.inTarget([UNNAMED, ...labels], [], ({ breakLabel }) => {
      body.push(...builder.collect(() => turn(() => builder.emit({ kind: 'break', label: breakLabel }))))
    })
    this.#depth--
    builder.emit({ kind: 'loop', label: target.breakLabel, test, body, point: newPoint(origin), landing })
  }

  /** The part of a turn that a `continue` leaves. */
  continuable(labels: readonly string[], build: () => void): void {
    const builder = this.#builder
    const body: Step[] = []
    const { continueLabel, used } = this.#normalizer.jumps.inTarget(
      [],
      [UNNAMED, ...labels],
      () => void body.push(...builder.collect(build)),
    )
    if (used.size > 0) builder.emit({ kind: 'block', label: continueLabel, body })
    else for (const step of body) builder.emit(step)
  }
}
