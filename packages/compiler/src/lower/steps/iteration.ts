import * as t from '@babel/types'
import { sourceText } from '../source-text.js'
import { both, call, id, integer, less, member, not, same, text } from '../syntax.js'
import { AsyncIteration } from './async-iteration.js'
import { newPoint, type StepBuilder } from './builder.js'
import type { Normalizer } from './normalize.js'
import type { Operands } from './operands.js'
import type { Landing } from './steps.js'

/**
 * Turns `for … of` and `for … in` into loops over data: what lives across an `await` is no iterator, if that can be helped.
 */
export class Iteration {
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #normalizer: Normalizer

  constructor(builder: StepBuilder, operands: Operands, normalizer: Normalizer) {
    this.#builder = builder
    this.#operands = operands
    this.#normalizer = normalizer
  }

  /**
   * Arrays are walked by index, so that nothing but the array and a number lives across an `await`; other iterables by an
   * iteration object that can move if the collection can. Leaving early closes the iterator.
   */
  forOf(node: t.ForOfStatement, labels: readonly string[]): void {
    if (node.await) return this.forAwait(node, labels)
    const builder = this.#builder
    const { output } = builder
    const iteration = builder.variable()
    const index = builder.variable()
    const item = builder.variable()
    this.#begin(node.right, iteration, index)
    const length = member(iteration, 'length')
    const landing = this.#landing(node)
    this.#normalizer.loops.turns(
      node,
      labels,
      null,
      (leave) => {
        const array = less(integer(-1), id(index))
        this.#operands.branch(
          array,
          () => {
            this.#operands.branch(t.binaryExpression('>=', id(index), length), leave)
            builder.set(item, t.memberExpression(id(iteration), t.updateExpression('++', id(index)), true))
          },
          () => {
            builder.set(item, call(output.helper('$next'), id(iteration)))
            this.#operands.branch(same(id(item), id('$U')), leave)
          },
        )
        this.#normalizer.jumps.completing(
          () => {
            if (landing) builder.emit(landing)
            this.#normalizer.loops.continuable(labels, () => {
              this.#bindItem(node.left, id(item))
              this.#normalizer.statement(node.body, [])
            })
          },
          ({ threw, left }) =>
            this.#operands.branch(both(left, less(id(index), integer(0))), () =>
              this.#operands.branch(
                threw,
                () => builder.do(call(output.helper('$abandon'), id(iteration))),
                () => builder.do(call(output.helper('$close'), id(iteration))),
              ),
            ),
        )
      },
      landing,
    )
  }

  /** `for await`: items are awaited, and so is the closing of an iterator that is left early. */
  forAwait(node: t.ForOfStatement, labels: readonly string[]): void {
    const builder = this.#builder
    const { output } = builder
    const async = new AsyncIteration(builder, this.#operands)
    const iteration = builder.variable()
    const next = builder.variable()
    const result = builder.variable()
    const value = this.#operands.order.keep(this.#operands.simple(node.right))
    builder.set(iteration, call(output.helper('$iterateAsync'), value, text(sourceText(node.right))))
    builder.set(next, member(iteration, 'next'))
    const landing = this.#landing(node)
    this.#normalizer.loops.turns(
      node,
      labels,
      null,
      (leave) => {
        async.call(result, iteration, next, [], node)
        this.#operands.branch(member(result, 'done'), leave)
        builder.set(result, member(result, 'value'))
        this.#normalizer.jumps.completing(
          () => {
            if (landing) builder.emit(landing)
            this.#normalizer.loops.continuable(labels, () => {
              this.#bindItem(node.left, id(result))
              this.#normalizer.statement(node.body, [])
            })
          },
          ({ threw, left }) =>
            this.#operands.branch(left, () =>
              this.#operands.branch(
                threw,
                () => this.#normalizer.tries.quietly(() => async.close(iteration, node)),
                () => async.close(iteration, node),
              ),
            ),
        )
      },
      landing,
    )
  }

  /** An unwinding that comes between two turns closes the iterator. A synchronous generator's loops are no safe points. */
  #landing(origin: t.Node): Landing | null {
    return this.#builder.generator === 'sync' ? null : { kind: 'landing', point: newPoint(origin) }
  }

  #begin(right: t.Expression, iteration: string, index: string): void {
    const builder = this.#builder
    const { output } = builder
    const by = iterationMethod(right)
    if (by) {
      const value = this.#operands.simple(by.object)
      builder.set(iteration, call(output.helper('$iterateBy'), value, text(by.name), text(sourceText(by.object))))
      return builder.set(index, integer(-1))
    }
    this.#operands.into(iteration, right)
    builder.set(index, integer(0))
    this.#operands.branch(not(call(output.helper('$indexed'), id(iteration))), () => {
      builder.set(iteration, call(output.helper('$iterate'), id(iteration), text(sourceText(right))))
      builder.set(index, integer(-1))
    })
  }

  /** Keys are listed at the beginning; one that was deleted meanwhile is passed over. */
  forIn(node: t.ForInStatement, labels: readonly string[]): void {
    const builder = this.#builder
    const { output } = builder
    const object = builder.variable()
    const keys = builder.variable()
    const index = builder.variable()
    const item = builder.variable()
    this.#operands.into(object, node.right)
    builder.set(keys, call(output.helper('$keys'), id(object)))
    builder.set(index, integer(0))
    this.#normalizer.loops.turns(node, labels, less(id(index), member(keys, 'length')), () => {
      builder.set(item, t.memberExpression(id(keys), t.updateExpression('++', id(index)), true))
      const visit = (): void => {
        this.#bindItem(node.left, id(item))
        this.#normalizer.statement(node.body, [])
      }
      this.#normalizer.loops.continuable(labels, () =>
        this.#operands.branch(call(output.helper('$has'), id(object), id(item)), visit),
      )
    })
  }

  #bindItem(left: t.ForOfStatement['left'], item: t.Identifier): void {
    if (!t.isVariableDeclaration(left)) return this.#operands.destructuring.assign(left, item)
    const [declarator] = left.declarations
    if (!declarator) throw new Error('a for loop declares a variable')
    for (const name of Object.keys(t.getBindingIdentifiers(declarator.id))) this.#builder.declare(name)
    this.#operands.destructuring.assign(declarator.id, item)
  }
}

/** `list.entries()` and the like, whose iterator would otherwise be a native one. */
function iterationMethod(node: t.Expression): { object: t.Expression; name: string } | null {
  if (!t.isCallExpression(node) || node.arguments.length > 0 || !t.isMemberExpression(node.callee)) return null
  const { object, property, computed } = node.callee
  if (computed || t.isSuper(object) || !t.isIdentifier(property)) return null
  return ['entries', 'keys', 'values'].includes(property.name) ? { object, name: property.name } : null
}
