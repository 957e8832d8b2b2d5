import * as t from '@babel/types'
import { hasAwait } from './awaits.js'
import { newPoint, type StepBuilder } from './builder.js'
import { EXIT, RESULT, UNNAMED, Jumps } from './jumps.js'
import type { Operands } from './operands.js'
import { refuse } from './refusals.js'
import { sourceText } from './source-text.js'
import { hasPoints, type Case, type Step } from './steps.js'
import { both, call, id, integer, less, member, none, not, same, text } from './syntax.js'

/** Turns a function's statements, rewritten by the passes before, into steps. */
export class Normalizer {
  readonly #builder: StepBuilder
  readonly #operands: Operands
  readonly #jumps: Jumps
  #loops = 0

  constructor(builder: StepBuilder, operands: Operands) {
    this.#builder = builder
    this.#operands = operands
    this.#jumps = new Jumps(builder)
  }

  /** The steps of a whole body. */
  body(statements: readonly t.Statement[]): Step[] {
    const builder = this.#builder
    const origin = statements[0] ?? none()
    return builder.collect(() => {
      const exit = this.#jumps.inTarget([EXIT], [], ({ breakLabel, used }) => {
        const steps = builder.collect(() => this.#all(statements))
        if (used.size === 0) return steps.forEach((step) => builder.emit(step))
        steps.push({ kind: 'return', form: 'settled', argument: none(), origin })
        builder.emit({ kind: 'block', label: breakLabel, body: steps })
      })
      if (exit.used.size > 0) builder.emit({ kind: 'return', form: 'value', argument: id(RESULT), origin })
    })
  }

  #all(statements: readonly t.Statement[]): void {
    for (const statement of statements) this.#statement(statement, [])
  }

  /** `labels` are those of the source that stand before the statement. */
  #statement(node: t.Statement, labels: readonly string[]): void {
    switch (node.type) {
      case 'ExpressionStatement':
        return this.#operands.effect(node.expression)
      case 'VariableDeclaration':
        return this.#declaration(node)
      case 'BlockStatement':
        return this.#breakable(labels, () => this.#all(node.body))
      case 'IfStatement':
        return this.#breakable(labels, () =>
          this.#operands.branch(
            this.#operands.simple(node.test),
            () => this.#statement(node.consequent, []),
            () => node.alternate && this.#statement(node.alternate, []),
          ),
        )
      case 'ForStatement':
        if (node.init) this.#forInit(node.init)
        return this.#loop(node, labels, node.test ?? null, node.body, node.update ?? null)
      case 'WhileStatement':
        return this.#loop(node, labels, node.test, node.body, null)
      case 'DoWhileStatement':
        return this.#doWhile(node, labels)
      case 'ForOfStatement':
        return this.#forOf(node, labels)
      case 'ForInStatement':
        return this.#forIn(node, labels)
      case 'SwitchStatement':
        return this.#switch(node, labels)
      case 'TryStatement':
        return this.#breakable(labels, () => this.#try(node))
      case 'ReturnStatement':
        return this.#return(node.argument ?? none(), node)
      case 'ThrowStatement':
        return this.#builder.emit({ kind: 'throw', argument: this.#operands.simple(node.argument), origin: node })
      case 'LabeledStatement':
        return this.#statement(node.body, [...labels, node.label.name])
      case 'BreakStatement':
        return this.#jumps.jump('break', node.label?.name ?? UNNAMED)
      case 'ContinueStatement':
        return this.#jumps.jump('continue', node.label?.name ?? UNNAMED)
      case 'EmptyStatement':
      case 'DebuggerStatement':
        return
      default:
        refuse(
          this.#builder.output.path,
          node,
          `${node.type} in an async function is not supported`,
          'write it in another form',
        )
    }
  }

  /** A statement that is a target of breaks by its labels only. */
  #breakable(labels: readonly string[], build: () => void): void {
    if (labels.length === 0) return build()
    const builder = this.#builder
    const body: Step[] = []
    const { breakLabel } = this.#jumps.inTarget(labels, [], () => void body.push(...builder.collect(build)))
    builder.emit({ kind: 'block', label: breakLabel, body })
  }

  #declaration(node: t.VariableDeclaration): void {
    for (const { id: target, init } of node.declarations) {
      for (const name of Object.keys(t.getBindingIdentifiers(target))) this.#builder.declare(name)
      if (init) this.#initialize(target as t.LVal, init)
      else if (node.kind !== 'var' && this.#loops > 0) this.#builder.set((target as t.Identifier).name, none())
    }
  }

  #initialize(target: t.LVal, init: t.Expression): void {
    if (t.isIdentifier(target)) {
      if (t.isAwaitExpression(init) && this.#builder.stable.has(target.name)) this.#builder.settled.add(target.name)
      return this.#operands.into(target.name, init)
    }
    const value = this.#operands.keep(this.#operands.simple(init))
    this.#operands.destructure(target, value)
  }

  #forInit(init: t.VariableDeclaration | t.Expression): void {
    if (t.isVariableDeclaration(init)) this.#declaration(init)
    else this.#operands.effect(init)
  }

  // ---------------------------------------------------------------- loops

  #loop(
    origin: t.Statement,
    labels: readonly string[],
    test: t.Expression | null,
    body: t.Statement,
    update: t.Expression | null,
  ): void {
    const awaits = hasAwait(test)
    this.#turns(origin, labels, awaits ? null : test, (leave) => {
      if (test && awaits) this.#operands.branch(not(this.#operands.simple(test)), leave)
      this.#continuable(labels, () => this.#statement(body, []))
      if (update) this.#operands.effect(update)
    })
  }

  #doWhile(node: t.DoWhileStatement, labels: readonly string[]): void {
    this.#turns(node, labels, null, (leave) => {
      this.#continuable(labels, () => this.#statement(node.body, []))
      this.#operands.branch(not(this.#operands.simple(node.test)), leave)
    })
  }

  /** A loop, each turn of which is what `turn` emits; it is given what leaves the loop. */
  #turns(
    origin: t.Node,
    labels: readonly string[],
    test: t.Expression | null,
    turn: (leave: () => void) => void,
  ): void {
    const builder = this.#builder
    const body: Step[] = []
    this.#loops++
    const target = this.#jumps.inTarget([UNNAMED, ...labels], [], ({ breakLabel }) => {
      body.push(...builder.collect(() => turn(() => builder.emit({ kind: 'break', label: breakLabel }))))
    })
    this.#loops--
    builder.emit({ kind: 'loop', label: target.breakLabel, test, body, point: newPoint(origin) })
  }

  /** The part of a turn that a `continue` leaves. */
  #continuable(labels: readonly string[], build: () => void): void {
    const builder = this.#builder
    const body: Step[] = []
    const { continueLabel, used } = this.#jumps.inTarget(
      [],
      [UNNAMED, ...labels],
      () => void body.push(...builder.collect(build)),
    )
    if (used.size > 0) builder.emit({ kind: 'block', label: continueLabel, body })
    else for (const step of body) builder.emit(step)
  }

  /**
   * Arrays are walked by index, so that nothing but the array and a number lives across an `await`; other iterables by an
   * iteration object that can move if the collection can. Leaving early closes the iterator.
   */
  #forOf(node: t.ForOfStatement, labels: readonly string[]): void {
    const builder = this.#builder
    const { output } = builder
    const iteration = this.#variable()
    const index = this.#variable()
    const item = this.#variable()
    this.#beginIteration(node.right, iteration, index)
    const length = member(iteration, 'length')
    this.#turns(node, labels, null, (leave) => {
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
      this.#jumps.completing(
        () =>
          this.#continuable(labels, () => {
            this.#bindItem(node.left, id(item))
            this.#statement(node.body, [])
          }),
        ({ threw, left }) =>
          this.#operands.branch(both(left, less(id(index), integer(0))), () =>
            this.#operands.branch(
              threw,
              () => builder.do(call(output.helper('$abandon'), id(iteration))),
              () => builder.do(call(output.helper('$close'), id(iteration))),
            ),
          ),
      )
    })
  }

  #beginIteration(right: t.Expression, iteration: string, index: string): void {
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
  #forIn(node: t.ForInStatement, labels: readonly string[]): void {
    const builder = this.#builder
    const { output } = builder
    const object = this.#variable()
    const keys = this.#variable()
    const index = this.#variable()
    const item = this.#variable()
    this.#operands.into(object, node.right)
    builder.set(keys, call(output.helper('$keys'), id(object)))
    builder.set(index, integer(0))
    this.#turns(node, labels, less(id(index), member(keys, 'length')), () => {
      builder.set(item, t.memberExpression(id(keys), t.updateExpression('++', id(index)), true))
      const visit = (): void => {
        this.#bindItem(node.left, id(item))
        this.#statement(node.body, [])
      }
      this.#continuable(labels, () => this.#operands.branch(call(output.helper('$has'), id(object), id(item)), visit))
    })
  }

  #bindItem(left: t.ForOfStatement['left'], item: t.Identifier): void {
    if (!t.isVariableDeclaration(left)) return this.#operands.destructure(left, item)
    const [declarator] = left.declarations
    if (!declarator) throw new Error('a for loop declares a variable')
    for (const name of Object.keys(t.getBindingIdentifiers(declarator.id))) this.#builder.declare(name)
    this.#operands.destructure(declarator.id, item)
  }

  // ---------------------------------------------------------------- switch

  #switch(node: t.SwitchStatement, labels: readonly string[]): void {
    const builder = this.#builder
    const discriminant = this.#operands.simple(node.discriminant)
    const cases: Case[] = []
    const names = [UNNAMED, ...labels]
    const bodies = this.#jumps.inTarget(names, [], () => {
      for (const { test, consequent } of node.cases) {
        cases.push({ test: test ?? null, body: builder.collect(() => this.#all(consequent)) })
      }
    })
    const label = bodies.breakLabel
    const awaits = node.cases.some(({ test }) => hasAwait(test))
    if (!awaits && !cases.some(({ body }) => hasPoints(body))) {
      return builder.emit({ kind: 'switch', label, discriminant, cases, numbered: false })
    }
    const chosen = this.#variable()
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
    const value = this.#operands.keep(discriminant)
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

  // ---------------------------------------------------------------- try and return

  #try({ block, handler, finalizer }: t.TryStatement): void {
    if (!finalizer) return this.#tryCatch(block, handler ?? null)
    this.#jumps.completing(
      () => this.#tryCatch(block, handler ?? null),
      () => this.#all(finalizer.body),
    )
  }

  /** Leaving `block` normally leaves the handler too, which stands after the `try`: it can be entered in its middle there. */
  #tryCatch(block: t.BlockStatement, handler: t.CatchClause | null): void {
    if (!handler) return this.#all(block.body)
    const builder = this.#builder
    const label = builder.label()
    const body = builder.collect(() => {
      this.#jumps.inCatch(() => this.#all(block.body))
      builder.emit({ kind: 'break', label })
    })
    const error = builder.temporary()
    const rethrow = builder.collect(() => {
      const unwinding = t.binaryExpression('instanceof', id(error), member('$r', 'Unwind'))
      const steps = builder.collect(() => builder.emit({ kind: 'throw', argument: id(error), origin: handler }))
      builder.emit({ kind: 'if', test: unwinding, consequent: steps, alternate: [] })
    })
    const handling = builder.collect(() => {
      builder.emit({ kind: 'try', body, error, handler: rethrow })
      if (handler.param) this.#initializeParameter(handler.param, id(error))
      this.#all(handler.body.body)
    })
    builder.emit({ kind: 'block', label, body: handling })
  }

  #initializeParameter(parameter: t.LVal, error: t.Identifier): void {
    for (const name of Object.keys(t.getBindingIdentifiers(parameter))) this.#builder.declare(name)
    this.#operands.destructure(parameter, error)
  }

  /**
   * What `return f()` waits for is outside of the statement: no `catch` around it sees a rejection, and `finally` blocks
   * run before. So under a `try` the call takes the standard entry, and its promise is awaited after all of them.
   */
  #return(argument: t.Expression, origin: t.Statement): void {
    const builder = this.#builder
    if (!this.#jumps.isGuarded && !this.#jumps.isIntercepted) return this.#tail(argument, origin)
    const value = this.#operands.simple(argument)
    if (this.#isSettled(value) && !this.#jumps.isIntercepted) {
      return builder.emit({ kind: 'return', form: 'settled', argument: value, origin })
    }
    builder.declare(RESULT)
    this.#jumps.exit(value)
  }

  #tail(argument: t.Expression, origin: t.Statement): void {
    const builder = this.#builder
    if (t.isConditionalExpression(argument)) {
      return this.#operands.branch(
        this.#operands.simple(argument.test),
        () => this.#tail(argument.consequent, origin),
        () => this.#tail(argument.alternate, origin),
      )
    }
    const direct = t.isCallExpression(argument) ? this.#operands.directCall(argument) : null
    if (direct) return builder.emit({ kind: 'return', form: 'call', call: direct, origin })
    const value = this.#operands.simple(argument)
    builder.emit({ kind: 'return', form: this.#isSettled(value) ? 'settled' : 'value', argument: value, origin })
  }

  /** Is the value certainly no promise, nor another thenable? */
  #isSettled(node: t.Expression): boolean {
    switch (node.type) {
      case 'Identifier':
        return node.name === 'undefined' || this.#builder.settled.has(node.name)
      case 'BinaryExpression':
      case 'UnaryExpression':
      case 'UpdateExpression':
      case 'TemplateLiteral':
      case 'ArrayExpression':
        return true
      case 'ObjectExpression':
        return node.properties.every(
          (item) => t.isObjectProperty(item) && !item.computed && t.isIdentifier(item.key) && item.key.name !== 'then',
        )
      default:
        return t.isLiteral(node)
    }
  }

  /** A local of the compiler's own that is assigned in several places. */
  #variable(): string {
    const name = this.#builder.temporary()
    this.#builder.stable.delete(name)
    return name
  }
}

/** `list.entries()` and the like, whose iterator would otherwise be a native one. */
function iterationMethod(node: t.Expression): { object: t.Expression; name: string } | null {
  if (!t.isCallExpression(node) || node.arguments.length > 0 || !t.isMemberExpression(node.callee)) return null
  const { object, property, computed } = node.callee
  if (computed || t.isSuper(object) || !t.isIdentifier(property)) return null
  return ['entries', 'keys', 'values'].includes(property.name) ? { object, name: property.name } : null
}
