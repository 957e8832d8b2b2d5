import * as t from '@babel/types'
import { fuelOfTurn, hasInnerLoop, keepsFuelInLocal } from './fuel.js'
import type { Reentry } from './reentry.js'
import { STATE } from './steps/steps.js'
import type { Await, Call, If, Loop, Return, SafePoint, Start, Step, Switch, Try, Yield } from './steps/steps.js'
import { assign, at, both, call, differs, either, id, integer, less, member, run, same, typeIs } from './syntax.js'

/** Locals that only emitted code knows. */
export const FUEL = '$fuel'
const TURNS = '$turns'
export const SCRATCH = '$t'
const CAUGHT = '$caught'

const TURNS_PER_STRIP = 8192

/** What a generator function is called in generated code, and whether it is asynchronous. */
export interface GeneratorIdentity {
  readonly self: string
  readonly isAsync: boolean
}

/**
 * Emits steps as ordinary structured JavaScript, with the spilling of frames at safe points. With a {@link Reentry}, the
 * code can also be entered at any of its points; it is the same code otherwise, so a loop that goes on after a suspension
 * is as fast as one that was never suspended.
 */
export class Structured {
  /** The compiler's locals that the emitted code needs. */
  readonly needs = new Set<string>()
  readonly #code: string
  readonly #reentry: Reentry | null
  /** The outermost loop around this place that keeps its fuel in locals, with the labels that stand within it. */
  #quiet: { readonly labels: Set<string>; readonly inStrips: boolean } | null = null

  readonly #generator: GeneratorIdentity | null

  /** @param code Name of the function's registered code. */
  constructor(code: string, reentry: Reentry | null, generator: GeneratorIdentity | null = null) {
    this.#generator = generator
    this.#code = code
    this.#reentry = reentry
  }

  /** `entered`: can control come to the beginning of the steps, other than by a resumption within them? */
  steps(steps: readonly Step[], entered: boolean): t.Statement[] {
    if (this.#reentry) return this.#reentry.steps(this, steps, entered)
    const start = steps.findIndex(isStart)
    return (start < 0 ? steps : steps.slice(0, start + 1)).flatMap((step) => this.step(step, true))
  }

  step(step: Step, entered: boolean): t.Statement[] {
    switch (step.kind) {
      case 'do':
        return [at(run(step.expression), step.expression)]
      case 'await':
        return this.awaiting(step)
      case 'landing':
        return []
      case 'start':
        return this.#start(step)
      case 'yield':
        return this.yielding(step)
      case 'if':
        return [this.#if(step, entered)]
      case 'loop':
        return this.#loop(step)
      case 'switch':
        return [this.#switch(step, entered)]
      case 'block':
        this.#quiet?.labels.add(step.label)
        return [t.labeledStatement(id(step.label), t.blockStatement(this.steps(step.body, entered)))]
      case 'try':
        return [this.#try(step, entered)]
      case 'break':
        return [...this.#leaving(step.label), t.breakStatement(id(step.label))]
      case 'return':
        return [...this.#leaving(null), ...this.#return(step)]
      case 'throw':
        return [at(t.throwStatement(step.argument), step.origin)]
    }
  }

  /** An await up to its suspension. */
  awaiting({ target, operation, point }: Await): t.Statement[] {
    if (operation.kind === 'value') return this.#awaitValue(target, operation.value, point)
    const slow = call(member('$r', 'settle'), operation.callee, id(target))
    return [
      ...this.#calling(target, operation, point.origin),
      t.ifStatement(
        both(this.#needsSettling(target, operation.callee), this.#suspends(target, slow)),
        this.#spill(point),
      ),
    ]
  }

  #awaitValue(target: string, value: t.Expression, point: SafePoint): t.Statement[] {
    const slow = call(member('$r', 'awaited'), id(target))
    const unready = isPrimitive(value) ? outOfFuel() : either(mayBeThenable(id(target)), outOfFuel())
    return [
      at(run(assign(target, value)), point.origin),
      t.ifStatement(both(unready, this.#suspends(target, slow)), this.#spill(point)),
    ]
  }

  #calling(target: string, { callee, receiver, args }: Call, origin: t.Node): t.Statement[] {
    const value = receiver
      ? call('$apply', callee, receiver, t.arrayExpression([...args]))
      : t.callExpression(callee, [...args])
    return [run(assign(member('$r', 'callee'), callee)), at(run(at(assign(target, at(value, origin)), origin)), origin)]
  }

  #needsSettling(target: string, callee: t.Expression): t.Expression {
    return either(either(same(id(target), id('$S')), same(member('$r', 'callee'), callee)), outOfFuel())
  }

  #suspends(target: string, slow: t.Expression): t.Expression {
    return same(assign(target, slow), id('$S'))
  }

  /** Links the frame behind those of the callees. */
  #spill(point: SafePoint): t.BlockStatement {
    const tail = member('$r', 'tail')
    const link = assign(tail, assign(member(tail, '$c'), this.#frame(point)))
    return t.blockStatement([run(link), t.returnStatement(id('$S'))])
  }

  #frame({ index, live }: SafePoint): t.ObjectExpression {
    return t.objectExpression([
      t.objectProperty(id('$f'), id(this.#code)),
      t.objectProperty(id('$p'), integer(index)),
      t.objectProperty(id('$c'), t.nullLiteral()),
      ...live.map((name) => t.objectProperty(id(name), id(name), false, true)),
    ])
  }

  // ---------------------------------------------------------------- generators

  /** The call of a generator ends here. */
  #start({ point }: Start): t.Statement[] {
    if (!this.#generator) throw new Error('only generators start')
    const { isAsync, self } = this.#generator
    const args = [id(self), this.#frame(point), ...(isAsync ? [id('$i')] : [])]
    return [t.returnStatement(call(member('$r', isAsync ? 'asyncGenerator' : 'generator'), ...args))]
  }

  /** A `yield` up to its suspension: the value goes to who asked for it, the frame to the generator's state. */
  yielding({ value, delegates, point }: Yield): t.Statement[] {
    const isFixed = t.isIdentifier(value) || (t.isLiteral(value) && !t.isTemplateLiteral(value))
    if (!isFixed) this.needs.add(SCRATCH)
    const marks = delegates && this.#generator?.isAsync === false
    return [
      ...(isFixed ? [] : [at(run(assign(SCRATCH, value)), point.origin)]),
      ...(marks ? [run(assign(member(STATE, 'delegates'), t.booleanLiteral(true)))] : []),
      run(assign(member(STATE, 'frame'), this.#frame(point))),
      t.returnStatement(isFixed ? value : id(SCRATCH)),
    ]
  }

  // ---------------------------------------------------------------- control flow

  #if(step: If, entered: boolean): t.Statement {
    const { test, consequent, alternate } = step
    const choice = this.#reentry?.branch(step, entered) ?? { test, intoConsequent: true, intoAlternate: true }
    const then = choice.intoConsequent ? this.steps(consequent, entered) : []
    const otherwise = choice.intoAlternate ? this.steps(alternate, entered) : []
    if (choice.test === null) return t.blockStatement(choice.intoConsequent ? then : otherwise)
    return t.ifStatement(choice.test, t.blockStatement(then), otherwise.length > 0 ? t.blockStatement(otherwise) : null)
  }

  #loop(loop: Loop): t.Statement[] {
    if (this.#generator?.isAsync === false) return [this.#turns(loop, null)]
    const resumed = this.#reentry?.atBackEdge(loop) ?? []
    if (this.#quiet) return [...resumed, this.#turns(loop, this.#localBackEdge(loop.point))]
    if (!keepsFuelInLocal(loop)) return [...resumed, this.#turns(loop, this.#backEdge(loop))]
    this.needs.add(FUEL)
    this.#quiet = { labels: new Set(), inStrips: !hasInnerLoop(loop) }
    const statement = this.#quiet.inStrips ? this.#strips(loop) : this.#turns(loop, this.#localBackEdge(loop.point))
    const given = this.#givingFuelBack()
    this.#quiet = null
    return [...resumed, run(assign(FUEL, asInteger(register('fuel')))), statement, given]
  }

  #turns(loop: Loop, backEdge: t.Statement | null): t.Statement {
    this.#quiet?.labels.add(loop.label)
    const body = t.blockStatement([...this.steps(loop.body, true), ...(backEdge ? [backEdge] : [])])
    const statement = t.forStatement(null, this.#reentry?.loopTest(loop) ?? loop.test, null, body)
    return t.labeledStatement(id(loop.label), at(statement, loop.point.origin))
  }

  /**
   * A loop in strips of so many turns that they need no other fuel. In one piece, V8's code for a loop of 2·10⁷ turns is fast in
   * some processes and slow in others: 9 to 109 ms, and when preempted each 10⁶ turns always about 100 for `s = s + i | 0`. In strips,
   * with fuel that is an integer, it took 9 to 19 ms in each of 20 processes (measured: medians of CPU time). The cause was
   * not established; code compiled for entry in the middle of the loop, not knowing its variables' types, is the suspect.
   */
  #strips(loop: Loop): t.Statement {
    this.needs.add(TURNS)
    this.#quiet?.labels.add(loop.label)
    const strip = `${loop.label}s`
    const most = integer(TURNS_PER_STRIP)
    const spent = less(assign(TURNS, asInteger(t.binaryExpression('-', id(TURNS), integer(1)))), integer(0))
    const endOfStrip = t.ifStatement(spent, t.breakStatement(id(strip)))
    const body = t.blockStatement([...this.steps(loop.body, true), endOfStrip])
    const turns = at(t.forStatement(null, loop.test, null, body), loop.point.origin)
    const statements = [
      run(assign(TURNS, t.conditionalExpression(less(id(FUEL), most), id(FUEL), most))),
      run(assign(FUEL, asInteger(t.binaryExpression('-', id(FUEL), id(TURNS))))),
      t.labeledStatement(id(strip), t.blockStatement([turns, t.breakStatement(id(loop.label))])),
      this.#localBackEdge(loop.point),
    ]
    return t.labeledStatement(id(loop.label), t.forStatement(null, null, null, t.blockStatement(statements)))
  }

  #backEdge(loop: Loop): t.Statement {
    const { point } = loop
    const fuel = t.assignmentExpression('-=', register('fuel'), integer(fuelOfTurn(loop)))
    const spent = less(fuel, integer(0))
    return this.#yielding(point, spent, assign(register('fuel'), call(member('$r', 'refuel'))))
  }

  #localBackEdge(point: SafePoint): t.Statement {
    const spent = less(assign(FUEL, asInteger(t.binaryExpression('-', id(FUEL), integer(1)))), integer(0))
    return this.#yielding(point, spent, assign(FUEL, asInteger(call(member('$r', 'refuel')))))
  }

  #yielding(point: SafePoint, spent: t.Expression, refuelled: t.Expression): t.Statement {
    const head = assign(register('head'), assign(register('tail'), this.#frame(point)))
    const suspension = t.blockStatement([run(head), t.returnStatement(id('$S'))])
    return t.ifStatement(both(spent, less(refuelled, integer(0))), suspension)
  }

  /** The register gets its fuel back wherever a loop that kept it is left. */
  #leaving(label: string | null): t.Statement[] {
    if (!this.#quiet || (label !== null && this.#quiet.labels.has(label))) return []
    return [this.#givingFuelBack()]
  }

  #givingFuelBack(): t.Statement {
    const left = this.#quiet?.inStrips ? t.binaryExpression('+', id(FUEL), id(TURNS)) : id(FUEL)
    return run(assign(register('fuel'), left))
  }

  #switch(step: Switch, entered: boolean): t.Statement {
    this.#quiet?.labels.add(step.label)
    const discriminant = this.#reentry?.discriminant(step, entered) ?? step.discriminant
    const cases = step.cases.map(({ test, body }) => t.switchCase(test, this.steps(body, true)))
    return t.labeledStatement(id(step.label), t.switchStatement(discriminant, cases))
  }

  #try({ body, error, handler }: Try, entered: boolean): t.Statement {
    const caught = [run(assign(error, id(CAUGHT))), ...this.steps(handler, true)]
    return t.tryStatement(
      t.blockStatement(this.steps(body, entered)),
      t.catchClause(id(CAUGHT), t.blockStatement(caught)),
    )
  }

  // ---------------------------------------------------------------- returns

  #return(step: Return): t.Statement[] {
    if (step.form === 'call') return this.#tailCall(step.call, step.origin)
    if (step.form === 'settled' || isPrimitive(step.argument))
      return [at(t.returnStatement(step.argument), step.origin)]
    this.needs.add(SCRATCH)
    const value = id(SCRATCH)
    return [
      run(assign(SCRATCH, step.argument)),
      at(
        t.returnStatement(t.conditionalExpression(mayBeThenable(value), call(member('$r', 'awaited'), value), value)),
        step.origin,
      ),
    ]
  }

  /** The outcome of the callee is the caller's: this function needs no frame while it waits. */
  #tailCall(operation: Call, origin: t.Node): t.Statement[] {
    this.needs.add(SCRATCH)
    const settled = call(member('$r', 'settle'), operation.callee, id(SCRATCH))
    return [
      ...this.#calling(SCRATCH, operation, origin),
      t.returnStatement(t.conditionalExpression(this.#needsSettling(SCRATCH, operation.callee), settled, id(SCRATCH))),
    ]
  }
}

/** Does the step end the call of a generator? */
const isStart = (step: Step): boolean => step.kind === 'start' || (step.kind === 'block' && step.body.some(isStart))

const register = (name: 'fuel' | 'head' | 'tail'): t.MemberExpression => member('$r', name)

/** Fuel as an integer: by itself it does not make a loop reliably fast, see the strips. */
const asInteger = (value: t.Expression): t.Expression => t.binaryExpression('|', value, integer(0))

const outOfFuel = (): t.Expression => less(t.updateExpression('--', register('fuel'), true), integer(0))

/** Only objects and functions can be promises. */
const mayBeThenable = (value: t.Expression): t.Expression =>
  either(both(typeIs(value, 'object'), differs(value, t.nullLiteral())), typeIs(value, 'function'))

const isPrimitive = (node: t.Expression): boolean =>
  (t.isLiteral(node) && !t.isRegExpLiteral(node)) ||
  t.isUnaryExpression(node) ||
  t.isBinaryExpression(node) ||
  t.isUpdateExpression(node)
