import type * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { id, integer, less, same } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import { UNNAMED } from './jumps.js'
import type { Normalizer } from './normalize.js'
import type { Operands } from './operands.js'
import { hasPoints, type Case, type Step } from './steps.js'

/**
 * Turns `switch` into steps. One with a safe point inside is chosen by number, so that a case can be entered again.
 */
export class Switches {
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #normalizer: Normalizer

  constructor(builder: StepBuilder, operands: Operands, normalizer: Normalizer) {
    this.#builder = builder
    this.#operands = operands
    this.#normalizer = normalizer
  }

  /** A `switch`: chosen by number if control can come back into a case. */
  switch(node: t.SwitchStatement, labels: readonly string[]): void {
    const builder = this.#builder
    const discriminant = this.#operands.simple(node.discriminant)
    const cases: Case[] = []
    const names = [UNNAMED, ...labels]
    const bodies = this.#normalizer.jumps.inTarget(names, [], () => {
      for (const { test, consequent } of node.cases) {
        cases.push({ test: test ?? null, body: builder.collect(() => this.#normalizer.all(consequent)) })
      }
    })
    const label = bodies.breakLabel
    const awaits = node.cases.some(({ test }) => hasAwait(test))
    if (!awaits && !cases.some(({ body }) => hasPoints(body))) {
      return builder.emit({ kind: 'switch', label, discriminant, cases, numbered: false })
    }
    const chosen = builder.variable()
    if (awaits) this.#chooseInSteps(discriminant, node.cases, chosen)
    else this.#choose(discriminant, node.cases, chosen)
    const numbered = cases.map(({ body }, index) => ({ test: integer(index), body }))
    builder.emit({ kind: 'switch', label, discriminant: id(chosen), cases: numbered, numbered: true })
  }

  /** Which case is chosen, as a number; none is the number after the last. */
  #choose(discriminant: t.Expression, cases: readonly t.SwitchCase[], chosen: string): void {
    const builder = this.#builder
    const label = builder.label()
    const choose = (number: number): Step[] =>
      builder.collect(() => {
        builder.set(chosen, integer(number))
        builder.emit({ kind: 'break', label })
      })
    const chosenCases = cases.map(({ test }, index): Case => ({ test: test ?? null, body: choose(index) }))
    if (cases.every(({ test }) => test)) chosenCases.push({ test: null, body: choose(cases.length) })
    builder.emit({ kind: 'switch', label, discriminant, cases: chosenCases, numbered: false })
  }

  #chooseInSteps(discriminant: t.Expression, cases: readonly t.SwitchCase[], chosen: string): void {
    const builder = this.#builder
    const value = this.#operands.order.keep(discriminant)
    const byDefault = cases.findIndex(({ test }) => !test)
    builder.set(chosen, integer(-1))
    for (const [index, { test }] of cases.entries()) {
      if (!test) continue
      this.#operands.branch(less(id(chosen), integer(0)), () => {
        const candidate = this.#operands.simple(test)
        this.#operands.branch(same(value, candidate), () => builder.set(chosen, integer(index)))
      })
    }
    const otherwise = integer(byDefault < 0 ? cases.length : byDefault)
    this.#operands.branch(less(id(chosen), integer(0)), () => builder.set(chosen, otherwise))
  }
}
