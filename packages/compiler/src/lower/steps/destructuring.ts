import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { sourceText } from '../source-text.js'
import { assign, call, id, member, none, same, text } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Operands } from './operands.js'

/**
 * Takes patterns apart whose keys, targets or defaults await.
 */
export class Destructuring {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /**
   * Assigns `value` to a pattern. `value` gives the same when it is read again; `origin` is the expression that the source
   * has for it, `null` if it is part of another.
   */
  assign(pattern: t.LVal | t.PatternLike, value: t.Expression, origin: t.Expression | null = null): void {
    if (!hasAwait(pattern)) return this.#builder.do(assign(pattern as t.LVal, value))
    switch (pattern.type) {
      case 'ObjectPattern':
        return this.#object(pattern, value, origin)
      case 'ArrayPattern':
        return this.#array(pattern, value, origin)
      default:
        return this.#element(pattern, () => value)
    }
  }

  #object(pattern: t.ObjectPattern, value: t.Expression, origin: t.Expression | null): void {
    this.#check(pattern, value, origin)
    const taken: t.Expression[] = []
    for (const item of pattern.properties) {
      if (t.isRestElement(item)) {
        const rest = call(this.#builder.output.helper('$rest'), value, t.arrayExpression([...taken]))
        this.#element(item.argument, () => rest)
        continue
      }
      const key = item.computed ? this.#operands.literals.key(item.key as t.Expression) : item.key
      taken.push(item.computed || !t.isIdentifier(item.key) ? (key as t.Expression) : text(item.key.name))
      const computed = item.computed || !t.isIdentifier(key)
      this.#element(item.value as t.LVal, () => t.memberExpression(value, key, computed))
    }
  }

  /** Where the first property would not fail by itself, or with another message than V8's. */
  #check({ properties: [first] }: t.ObjectPattern, value: t.Expression, origin: t.Expression | null): void {
    const named = t.isObjectProperty(first) && !first.computed
    if (named && (origin === null || !t.isIdentifier(first.key) || t.isAssignmentPattern(first.value))) return
    const property = named && t.isIdentifier(first.key) ? [text(first.key.name)] : []
    const of = text(sourceText(origin ?? value))
    this.#builder.do(call(this.#builder.output.helper('$object'), value, of, ...property))
  }

  /** Elements are taken one by one; the iterator is closed behind the last, or when something throws. */
  #array(pattern: t.ArrayPattern, value: t.Expression, origin: t.Expression | null): void {
    const builder = this.#builder
    const named = origin && !t.isMemberExpression(origin) && !t.isCallExpression(origin)
    const of = text(named ? sourceText(origin) : '')
    const taking = builder.variable()
    builder.set(taking, call(builder.output.helper('$taking'), value, of))
    this.#operands.jumps.completing(
      () => {
        for (const element of pattern.elements) {
          if (!element) builder.do(call(member(taking, 'take')))
          else if (t.isRestElement(element)) this.#element(element.argument, () => call(member(taking, 'rest')))
          else this.#element(element, () => call(member(taking, 'take')))
        }
      },
      ({ threw }) => builder.do(call(member(taking, 'end'), threw)),
    )
  }

  /** One part of a pattern: its target is evaluated first, then the value is read, then the default comes in. */
  #element(pattern: t.LVal | t.PatternLike, read: () => t.Expression): void {
    const builder = this.#builder
    const [target, initial] = t.isAssignmentPattern(pattern) ? [pattern.left, pattern.right] : [pattern, null]
    const isPattern = t.isPattern(target)
    const reference = isPattern ? target : this.#operands.assignments.reference(target as t.Expression, true)
    if (!isPattern && !initial) return builder.do(assign(reference as t.LVal, read()))
    const value = initial ? builder.variable() : builder.temporary()
    builder.set(value, read())
    if (initial) {
      this.#operands.branch(same(id(value), none()), () => this.#operands.into(value, initial))
    }
    if (isPattern) return this.assign(target, id(value))
    builder.do(assign(reference as t.LVal, id(value)))
  }
}
