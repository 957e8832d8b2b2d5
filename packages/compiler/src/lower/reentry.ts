import * as t from '@babel/types'
import { rangeOf, rangeOfAll } from './points.js'
import type { If, Loop, PointRange, SafePoint, Step, Switch, Yield } from './steps/steps.js'
import type { Structured } from './structured.js'
import { assign, both, either, id, integer, less, run, same } from './syntax.js'

/** The point that is being resumed, or −1 once it has been reached. */
export const ENTRY = '$p'
export const VALUE = '$value'
export const THROWN = '$thrown'
const REACHED = -1

/**
 * How the resumed version of a function finds its way to its point: every statement on the way lets control in without
 * evaluating what is behind it. A list of steps becomes a `switch` with a case per point; a branch and a loop let control
 * pass while the entry is pending. Behind the point the code is the ordinary one.
 */
export class Reentry {
  /** The steps, such that control gets to the pending point, if it is within them; else to their beginning. */
  steps(emitter: Structured, steps: readonly Step[], entered: boolean): t.Statement[] {
    const first = steps.findIndex((step) => rangeOf(step) !== null)
    if (first < 0) return entered ? steps.flatMap((step) => emitter.step(step, true)) : []
    const cases = [t.switchCase(integer(REACHED), [])]
    for (const [index, step] of steps.entries()) {
      const range = rangeOf(step)
      const reachable = entered || index > first
      if (!range) {
        if (reachable) cases.at(-1)?.consequent.push(...emitter.step(step, true))
        continue
      }
      if (step.kind === 'await' && reachable) cases.at(-1)?.consequent.push(...emitter.awaiting(step))
      if (step.kind === 'yield' && reachable) cases.at(-1)?.consequent.push(...emitter.yielding(step))
      cases.push(...entries(range))
      const resumed = this.#atPoint(step, reachable) ?? emitter.step(step, reachable)
      cases.at(-1)?.consequent.push(...resumed)
    }
    return withoutNeedlessSwitch(cases, entered)
  }

  /** The test of an `if` on the way, and which of its branches can be come to. */
  branch(
    { test, consequent, alternate, range }: If,
    entered: boolean,
  ): { test: t.Expression | null; intoConsequent: boolean; intoAlternate: boolean } | null {
    if (!range) return null
    const inConsequent = rangeOfAll(consequent)
    const inAlternate = rangeOfAll(alternate)
    const pendingIn = inConsequent && inAlternate ? atMost(inConsequent.last) : null
    if (!entered) return { test: pendingIn, intoConsequent: inConsequent !== null, intoAlternate: inAlternate !== null }
    const choice = (): t.Expression => {
      if (pendingIn) return t.conditionalExpression(isReached(), test, pendingIn)
      return inConsequent ? either(isPending(), test) : both(isReached(), test)
    }
    return { test: choice(), intoConsequent: true, intoAlternate: true }
  }

  /** A loop's test is passed while the entry within its body is pending. Its own point is in front of it. */
  loopTest({ test, body }: Loop): t.Expression | null {
    return test && rangeOfAll(body) ? either(isPending(), test) : test
  }

  /** The discriminant that leads to the case with the pending point. */
  discriminant({ discriminant, cases, range, numbered }: Switch, entered: boolean): t.Expression | null {
    if (!range || !numbered) return null
    const ranges = cases
      .map(({ body }, index) => ({ index, range: rangeOfAll(body) }))
      .filter((item) => item.range !== null)
    const pending = ranges.reduceRight<t.Expression | null>((otherwise, { index, range: own }) => {
      const number = integer(index)
      return otherwise && own ? t.conditionalExpression(atMost(own.last), number, otherwise) : number
    }, null)
    if (!pending) throw new Error('a switch with points has a case with points')
    return entered ? t.conditionalExpression(isReached(), discriminant, pending) : pending
  }

  /** In front of a loop: where it goes on when it was suspended at its back-edge. What is thrown there may have to land within a turn. */
  atBackEdge({ point, landing }: Loop): t.Statement[] {
    const thrown = landing
      ? t.ifStatement(id(THROWN), run(assign(ENTRY, integer(landing.point.index))))
      : throwIfThrown()
    const reached = [run(assign(ENTRY, integer(REACHED))), thrown]
    return [t.ifStatement(same(id(ENTRY), integer(point.index)), t.blockStatement(reached))]
  }

  /** Where a function goes on that was suspended at this step; `null` if the step is no point. */
  #atPoint(step: Step, reachable: boolean): t.Statement[] | null {
    switch (step.kind) {
      case 'start':
        return [run(assign(ENTRY, integer(REACHED)))]
      case 'landing':
        return this.#resumed(step.point, [t.throwStatement(id(VALUE))], reachable)
      case 'await':
        return this.#resumed(step.point, [throwIfThrown(), run(assign(step.target, id(VALUE)))], reachable)
      case 'yield':
        return this.#resumed(step.point, gettingOn(step), reachable)
      default:
        return null
    }
  }

  #resumed(point: SafePoint, statements: readonly t.Statement[], reachable: boolean): t.Statement[] {
    const reached = [run(assign(ENTRY, integer(REACHED))), ...statements]
    return reachable ? [t.ifStatement(same(id(ENTRY), integer(point.index)), t.blockStatement(reached))] : reached
  }
}

const isReached = (): t.Expression => same(id(ENTRY), integer(REACHED))
const isPending = (): t.Expression => less(integer(REACHED), id(ENTRY))
const atMost = (last: number): t.Expression => t.binaryExpression('<=', id(ENTRY), integer(last))

const throwIfThrown = (): t.Statement => t.ifStatement(id(THROWN), t.throwStatement(id(VALUE)))

/** A generator's `throw` throws at its `yield`, unless that is left to the iterator that it delegates to. */
function gettingOn({ target, resumption, delegates }: Yield): t.Statement[] {
  const thrown = t.ifStatement(same(id(THROWN), integer(1)), t.throwStatement(id(VALUE)))
  return [...(delegates ? [] : [thrown]), run(assign(target, id(VALUE))), run(assign(resumption, id(THROWN)))]
}

const entries = ({ first, last }: PointRange): t.SwitchCase[] =>
  Array.from({ length: last - first + 1 }, (_, index) => t.switchCase(integer(first + index), []))

/** Where there is only one way in, the switch is left out. */
function withoutNeedlessSwitch(cases: t.SwitchCase[], entered: boolean): t.Statement[] {
  const [start, ...others] = cases
  const firstTarget = others.findIndex(({ consequent }) => consequent.length > 0)
  const isOnly = others.slice(firstTarget + 1).length === 0
  const nothingBefore = start?.consequent.length === 0
  if (isOnly && nothingBefore) return others[firstTarget]?.consequent ?? []
  const all = entered ? cases : others
  return [t.switchStatement(id(ENTRY), all)]
}
