import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { sourceText } from '../source-text.js'
import { assign, call, id, none, same, text } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import type { Operands } from './operands.js'

/**
 * Takes patterns apart whose keys or defaults await.
 */
export class Destructuring {
  readonly #builder: StepBuilder
  readonly #operands: Operands

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
  }

  /** Assigns `value` to a pattern. `value` gives the same when it is read again. */
  assign(pattern: t.LVal | t.PatternLike, value: t.Expression): void {
    const builder = this.#builder
    if (!hasAwait(pattern) && !t.isAssignmentPattern(pattern)) return builder.do(assign(pattern as t.LVal, value))
    switch (pattern.type) {
      case 'ObjectPattern':
        return this.#object(pattern, value)
      case 'ArrayPattern':
        return this.#array(pattern, value)
      case 'AssignmentPattern': {
        const filled = builder.save(value)
        this.#operands.branch(same(filled, none()), () => this.#operands.into(filled.name, pattern.right))
        return this.assign(pattern.left, filled)
      }
      default:
        return builder.do(assign(this.#operands.simple(pattern as t.Expression) as t.LVal, value))
    }
  }

  #object(pattern: t.ObjectPattern, value: t.Expression): void {
    const { output } = this.#builder
    this.#builder.do(call(output.helper('$object'), value, text(sourceText(value))))
    const taken: t.Expression[] = []
    for (const item of pattern.properties) {
      if (t.isRestElement(item)) {
        this.assign(item.argument, call(output.helper('$rest'), value, t.arrayExpression(taken)))
        continue
      }
      const key = item.computed ? this.#operands.literals.key(item.key as t.Expression) : item.key
      taken.push(item.computed || !t.isIdentifier(item.key) ? (key as t.Expression) : text(item.key.name))
      const computed = item.computed || !t.isIdentifier(key)
      const part = t.memberExpression(value, key, computed)
      this.assign(item.value as t.LVal, hasAwait(item.value) ? this.#builder.save(part) : part)
    }
  }

  /** All elements are taken before the first default is evaluated: an iterator is never left open across an `await`. */
  #array(pattern: t.ArrayPattern, value: t.Expression): void {
    const names = pattern.elements.map((element) => (element ? this.#builder.temporary() : null))
    const taken = pattern.elements.map((element, index) => {
      const name = names[index]
      if (!element || !name) return null
      return t.isRestElement(element) ? t.restElement(id(name)) : id(name)
    })
    this.#builder.do(assign(t.arrayPattern(taken), value))
    for (const [index, element] of pattern.elements.entries()) {
      const name = names[index]
      if (!element || !name) continue
      this.assign(t.isRestElement(element) ? element.argument : element, id(name))
    }
  }
}
