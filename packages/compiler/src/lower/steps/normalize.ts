import * as t from '@babel/types'
import { id, none } from '../syntax.js'
import type { StepBuilder } from './builder.js'
import { Iteration } from './iteration.js'
import { EXIT, RESULT, UNNAMED, type Jumps } from './jumps.js'
import { Loops } from './loops.js'
import type { Operands } from './operands.js'
import { Returns } from './returns.js'
import type { Step } from './steps.js'
import { Switches } from './switches.js'
import { TryStatements } from './try-statements.js'
import { Yields } from './yields.js'

/** Turns a function's statements, rewritten by the passes before, into steps. */
export class Normalizer {
  readonly jumps: Jumps
  readonly loops: Loops
  readonly tries: TryStatements
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #iteration: Iteration
  readonly #switches: Switches
  readonly #returns: Returns

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
    this.jumps = operands.jumps
    this.loops = new Loops(builder, operands, this)
    this.#iteration = new Iteration(builder, operands, this)
    this.#switches = new Switches(builder, operands, this)
    this.tries = new TryStatements(builder, operands, this)
    this.#returns = new Returns(builder, operands, this)
    operands.yields = new Yields(builder, operands, this)
  }

  /** The steps of a whole body. */
  body(statements: readonly t.Statement[]): Step[] {
    const builder = this.#builder
    const origin = statements[0] ?? none()
    return builder.collect(() => {
      const exit = this.jumps.inTarget([EXIT], [], ({ breakLabel, used }) => {
        const steps = builder.collect(() => this.all(statements))
        if (used.size === 0) return steps.forEach((step) => builder.emit(step))
        steps.push({ kind: 'return', form: 'settled', argument: none(), origin })
        builder.emit({ kind: 'block', label: breakLabel, body: steps })
      })
      if (exit.used.size > 0)
        builder.emit({ kind: 'return', form: builder.generator ? 'settled' : 'value', argument: id(RESULT), origin })
    })
  }

  /** Statements in their order. */
  all(statements: readonly t.Statement[]): void {
    for (const statement of statements) this.statement(statement, [])
  }

  /** `labels` are those of the source that stand before the statement. */
  statement(node: t.Statement, labels: readonly string[]): void {
    switch (node.type) {
      case 'ExpressionStatement':
        return this.#operands.effect(node.expression)
      case 'VariableDeclaration':
        return this.#declaration(node)
      case 'BlockStatement':
        return this.#breakable(labels, () => this.all(node.body))
      case 'IfStatement':
        return this.#breakable(labels, () =>
          this.#operands.branch(
            this.#operands.simple(node.test),
            () => this.statement(node.consequent, []),
            () => node.alternate && this.statement(node.alternate, []),
          ),
        )
      case 'ForStatement':
        if (node.init) this.#forInit(node.init)
        return this.loops.loop(node, labels, node.test ?? null, node.body, node.update ?? null)
      case 'WhileStatement':
        return this.loops.loop(node, labels, node.test, node.body, null)
      case 'DoWhileStatement':
        return this.loops.doWhile(node, labels)
      case 'ForOfStatement':
        return this.#iteration.forOf(node, labels)
      case 'ForInStatement':
        return this.#iteration.forIn(node, labels)
      case 'SwitchStatement':
        return this.#switches.switch(node, labels)
      case 'TryStatement':
        return this.#breakable(labels, () => this.tries.try(node))
      case 'ReturnStatement':
        return this.#returns.return(node.argument ?? none(), node)
      case 'ThrowStatement':
        return this.#builder.emit({ kind: 'throw', argument: this.#operands.simple(node.argument), origin: node })
      case 'LabeledStatement':
        return this.statement(node.body, [...labels, node.label.name])
      case 'BreakStatement':
        return this.#breakable(labels, () => this.jumps.jump('break', node.label?.name ?? UNNAMED))
      case 'ContinueStatement':
        return this.jumps.jump('continue', node.label?.name ?? UNNAMED)
      case 'EmptyStatement':
      case 'DebuggerStatement':
        return
      default:
        throw new Error(`${node.type} is left in a resumable function`)
    }
  }

  /** A statement that is a target of breaks by its labels only. */
  #breakable(labels: readonly string[], build: () => void): void {
    if (labels.length === 0) return build()
    const builder = this.#builder
    const body: Step[] = []
    const { breakLabel } = this.jumps.inTarget(labels, [], () => void body.push(...builder.collect(build)))
    builder.emit({ kind: 'block', label: breakLabel, body })
  }

  #declaration(node: t.VariableDeclaration): void {
    for (const { id: target, init } of node.declarations) {
      for (const name of Object.keys(t.getBindingIdentifiers(target))) this.#builder.declare(name)
      if (init) this.#initialize(target as t.LVal, init)
      else if (node.kind !== 'var' && this.loops.isInside) this.#builder.set((target as t.Identifier).name, none())
    }
  }

  #initialize(target: t.LVal, init: t.Expression): void {
    if (t.isIdentifier(target)) {
      if (t.isAwaitExpression(init) && this.#builder.stable.has(target.name)) this.#builder.settled.add(target.name)
      return this.#operands.into(target.name, init)
    }
    const value = this.#operands.order.keep(this.#operands.simple(init))
    this.#operands.destructuring.assign(target, value, init)
  }

  #forInit(init: t.VariableDeclaration | t.Expression): void {
    if (t.isVariableDeclaration(init)) this.#declaration(init)
    else this.#operands.effect(init)
  }
}
