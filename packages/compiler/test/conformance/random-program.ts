/**
 * Writes a random program from a list of numbers: each is one choice, and a list that is used up goes on as zeros, which
 * choose what is simplest. So a shorter list is a smaller program, and a property tester shrinks programs by shrinking lists.
 *
 * Programs end (loops count), log what they do, and await one thing at a time, so that their trace doesn't depend on the
 * order of microtasks.
 *
 * `log.given = { unwindAt, unwind }` has `tick` throw `unwind` when `unwindAt` of its 3000 calls are left.
 */
export const randomProgram = (choices: readonly number[]): string => new Writer(choices).program()

interface Variable {
  readonly name: string
  readonly isConstant: boolean
}

interface Closure {
  readonly name: string
  readonly isAsync: boolean
}

/** What may be named at a place, and where a jump from it may go. */
interface Scope {
  readonly variables: readonly Variable[]
  readonly closures: readonly Closure[]
  /** Names that the block which begins here can't declare: parameters of its function, its caught exception. */
  readonly taken: readonly string[]
  /** Labels of enclosing statements of this function, innermost last. */
  readonly labels: readonly { readonly name: string; readonly isLoop: boolean }[]
  /** May an unlabelled `break`, or `continue`, stand here? */
  readonly canBreak: boolean
  readonly canContinue: boolean
  readonly isAsync: boolean
  /** How deep statements may still nest. */
  readonly depth: number
  /** How deep the expression at hand may still nest. */
  readonly terms: number
}

type Statement = [text: string, next: Scope, ...declares: string[]]

const PRELUDE = `
const steps = { left: 3000, unwindAt: -1, unwind: null }
const tick = async (value) => {
  if (--steps.left < 0) throw new Error('too long')
  if (steps.left === steps.unwindAt) throw steps.unwind
  return value
}
const slow = async (value) => await Promise.resolve(value)
const fail = async (value) => { throw new Error('fail ' + await value) }
const bad = async (value) => { throw value }
// A loop may be left before it comes to a promise; nobody hears then that it was rejected.
const handled = (promise) => (promise.then(undefined, () => {}), promise)
const total = (...values) => values.reduce((sum, value) => sum + Number(value), 0)
class Box {
  constructor(n) { this.n = n }
  async plus(x) { return this.n + (await x) }
  async set(x) { return (this.n = await tick(x)) }
  get twice() { return this.n * 2 }
}
const tag = (strings, ...values) => total(strings.length, ...values)
function* upTo(n, log) { try { for (let i = 0; i < n; i++) yield i } finally { log('closed') } }
async function* later(n, log) { try { for (let i = 0; i < n; i++) yield await tick(i) } finally { log('closed later', await n) } }
const resource = (name, fails, log) => ({
  name,
  [Symbol.dispose]() { log('release', name); if (fails && steps.unwind === null) throw new Error('release ' + name) },
  async [Symbol.asyncDispose]() { log('release later', await tick(name)); if (fails && steps.unwind === null) throw new Error('release later ' + name) },
})
class Secret {
  #n
  constructor(n) { this.#n = n }
  static async made(x) { return new Secret(await x) }
  async #change(x) { return (this.#n += await x) }
  async change(x) { return await this.#change(x) }
  get n() { return this.#n }
}
const shown = (e) => (e?.suppressed === undefined ? (e?.message ?? e) : [shown(e.error), shown(e.suppressed)])
`

class Writer {
  readonly #choices: readonly number[]
  #at = 0
  #names = 0

  constructor(choices: readonly number[]) {
    this.#choices = choices
  }

  program(): string {
    const scope: Scope = {
      variables: [{ name: 'a', isConstant: false }, { name: 'b', isConstant: false }], // prettier-ignore
      closures: [],
      taken: [],
      labels: [],
      canBreak: false,
      canContinue: false,
      isAsync: true,
      depth: 4,
      terms: 3,
    }
    const head = 'let a = 1, b = 2; const box = new Box(3); let o = { x: 1, list: [1, 2, 3], none: null }'
    // A section's exception doesn't end the program: what comes after it is to be tested too.
    const section = (): string => `try {\n${this.#statements(scope, 8)}\n} catch (e) {\nlog('section', shown(e))\n}`
    const body = `try {\n${section()}\n${section()}\n${section()}\n} finally {\nlog('end', a, b, box.n, o)\n}`
    return `${PRELUDE}\nasync function main(log) {\nObject.assign(steps, log.given)\n${head}\n${body}\n}\n`
  }

  #choose(limit: number): number {
    const choice = this.#choices[this.#at++] ?? 0
    return choice % limit
  }

  /** True once in `n` times; never when the choices are used up. */
  #once(n: number): boolean {
    return this.#choose(n) === n - 1
  }

  #pick<T>(options: readonly [T, ...T[]]): T {
    return options[this.#choose(options.length)] ?? options[0]
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  /** Usually a new name; sometimes one that hides an outer variable. */
  #declared(scope: Scope): string {
    const hidden = scope.variables[this.#choose(Math.max(scope.variables.length, 1))]
    return hidden && this.#once(20) ? hidden.name : this.#fresh('v')
  }

  /** A block's statements; later ones see what earlier ones declare. */
  #statements(scope: Scope, limit: number): string {
    const lines: string[] = []
    const own = new Set(scope.taken)
    let inner: Scope = { ...scope, taken: [] }
    for (let count = this.#choose(limit) + (this.#at < this.#choices.length ? 1 : 0); count > 0; count--) {
      const [text, next, ...names] = this.#statement(inner)
      if (names.some((name) => own.has(name))) continue
      for (const name of names) own.add(name)
      lines.push(text)
      inner = next
    }
    if (this.#once(2))
      lines.push(
        `log(${inner.variables
          .slice(-3)
          .map(({ name }) => name)
          .join(', ')})`,
      )
    // TypeScript takes a parenthesis and a block on the next line for a function whose arrow was forgotten.
    return lines.map((line) => `${line};`).join('\n')
  }

  #block(scope: Scope, limit = 4): string {
    return `{\n${this.#statements({ ...scope, depth: scope.depth - 1 }, limit)}\n}`
  }

  /** A statement, the scope of the next one, and the names that it declares in its block. */
  #statement(scope: Scope): Statement {
    if (scope.depth <= 0) return [this.#simple(scope), scope]
    switch (this.#choose(27)) {
      case 0:
      case 1:
      case 2:
        return [this.#simple(scope), scope]
      case 3:
      case 4:
        return this.#declaration(scope)
      case 5:
        return this.#closure(scope)
      case 6:
        return [this.#jump(scope), scope]
      case 7:
        return [
          `if (${this.#expression(scope)}) ${this.#block(scope)}${this.#once(2) ? ` else ${this.#block(scope)}` : ''}`,
          scope,
        ]
      case 8:
        return [this.#countingLoop(scope), scope]
      case 9:
        return [this.#iteration(scope), scope]
      case 10:
        return [this.#guardedLoop(scope), scope]
      case 11:
      case 12:
      case 13:
        return [this.#tryStatement(scope), scope]
      case 14:
        return [this.#switchStatement(scope), scope]
      case 15:
        return [this.#labelledBlock(scope), scope]
      case 16:
        return [this.#deadZone(scope), scope]
      case 17:
        return this.#destructuring(scope)
      case 18:
        return this.#methods(scope)
      case 19:
        return this.#localClass(scope)
      case 20:
        return [this.#collectedClosures(scope), scope]
      case 21:
        return [this.#resources(scope), scope]
      case 22:
        return [this.#heldIterator(scope), scope]
      case 23:
        return [this.#asyncIteration(scope), scope]
      case 24:
        return this.#generator(scope)
      case 25:
        return [this.#privateState(scope), scope]
      default:
        return [this.#openSwitch(scope), scope]
    }
  }

  #simple(scope: Scope): string {
    switch (this.#choose(4)) {
      case 0:
        return `log(${JSON.stringify(this.#fresh('s'))}, ${this.#expression(scope)})`
      case 1:
        return this.#assignment(scope)
      case 2:
        return this.#fiber(scope)
      default:
        return this.#expression(scope)
    }
  }

  /** A call that is not awaited directly. Nothing happens before its promise is awaited, so no order is left open. */
  #fiber(scope: Scope): string {
    const closure = scope.closures.find(({ isAsync }) => isAsync)
    if (!scope.isAsync || !closure) return `log(${this.#expression(scope)})`
    const name = this.#fresh('p')
    return `const ${name} = ${closure.name}(${this.#expression(scope)}); log('fiber', await ${name})`
  }

  #declaration(scope: Scope): Statement {
    const keyword = this.#pick(['let', 'const', 'let'])
    const name = this.#declared(scope)
    const text = `${keyword} ${name} = ${this.#expression(scope)}`
    return [text, withVariables(scope, { name, isConstant: keyword === 'const' }), name]
  }

  #destructuring(scope: Scope): Statement {
    const [name, other] = [this.#fresh('d'), this.#fresh('d')]
    const [x, y, z] = [this.#expression(scope), this.#expression(scope), this.#expression(scope)]
    const next = withVariables(scope, { name, isConstant: false }, { name: other, isConstant: false })
    switch (this.#choose(4)) {
      case 0:
        return [`let [${name}, ${other} = ${x}] = [${y}, undefined, ${z}]`, next, name, other]
      case 1:
        return [
          `let { p: ${name} = ${x}, ...${other}r } = { q: ${y}, r: ${z} }, ${other} = ${other}r.q`,
          next,
          name,
          other,
        ]
      case 2:
        return [`let [${name} = ${x}, , ${other} = ${y}] = upTo(${this.#choose(5)}, log)`, next, name, other]
      default:
        return [
          `let ${name}, ${other}; ([${name} = ${x}, { r: ${other} }] = [undefined, { r: ${y} }])`,
          next,
          name,
          other,
        ]
    }
  }

  #closure(scope: Scope): Statement {
    const name = this.#fresh('f')
    const isAsync = this.#choose(3) < 2
    const parameter = this.#fresh('x')
    const inner = this.#functionScope(scope, parameter, isAsync)
    const value = this.#once(4) ? `${parameter} = ${this.#expression({ ...inner, isAsync: false })}` : parameter
    const body = `{\n${this.#statements(inner, 3)}\nreturn ${this.#expression(inner)}\n}`
    const keyword = isAsync ? 'async ' : ''
    const text = this.#once(2)
      ? `${keyword}function ${name}(${value}) ${body}`
      : `const ${name} = ${keyword}(${value}) => ${body}`
    return [text, { ...scope, closures: [{ name, isAsync }, ...scope.closures] }, name]
  }

  /** What a function's own statements see of the scope around it. */
  #functionScope(scope: Scope, parameter: string, isAsync: boolean): Scope {
    const inner = withVariables(scope, { name: parameter, isConstant: false })
    return {
      ...inner,
      taken: [parameter],
      labels: [],
      canBreak: false,
      canContinue: false,
      isAsync,
      depth: scope.depth - 1,
    }
  }

  #methods(scope: Scope): Statement {
    const [name, x] = [this.#fresh('m'), this.#fresh('x')]
    const inner = this.#functionScope(scope, x, true)
    const body = `{\n${this.#statements(inner, 2)}\nreturn (this.n += ${this.#expression(inner)})\n}`
    const text = `const ${name} = { n: ${this.#expression(scope)}, async go(${x}) ${body} }`
    return [text, { ...scope, closures: [{ name: `${name}.go`, isAsync: true }, ...scope.closures] }, name]
  }

  #localClass(scope: Scope): Statement {
    const [name, x] = [this.#fresh('K'), this.#fresh('x')]
    const inner = this.#functionScope(scope, x, true)
    const plain = { ...inner, isAsync: false }
    const members = [
      `n = ${this.#atom(scope)}`,
      `static async make(${x}) {\n${this.#statements(inner, 2)}\nreturn new this(${this.#expression(inner)})\n}`,
      `constructor(${x}) { ${this.#once(2) ? 'super(1); ' : 'super(2); '}this.n = ${this.#expression(plain)} }`,
      `async go(${x}) {\nlog(await super.plus(${x}));\n${this.#statements(inner, 2)}\nreturn this.n + ${this.#expression(inner)}\n}`,
    ]
    const text = `class ${name} extends Box {\n${members.join('\n')}\n}`
    const closures = [`new ${name}(1).go`, `(async (y) => (await ${name}.make(y)).n)`]
    return [
      text,
      { ...scope, closures: [...closures.map((f) => ({ name: f, isAsync: true })), ...scope.closures] },
      name,
    ]
  }

  /** Closures over what each turn of a loop declares, called when the loop is over. */
  #collectedClosures(scope: Scope): string {
    const [list, i, g] = [this.#fresh('fs'), this.#fresh('i'), this.#fresh('g')]
    const inner = this.#loopScope(scope, null, { name: i, isConstant: false })
    const made = scope.isAsync && this.#once(2) ? `async () => (await tick(${i}++)) + ${g}` : `() => ${i}++ + ${g}`
    const update = this.#once(2) ? `${list}.push(() => ${i}), ${i}++` : `${i}++`
    const head = `for (let ${i} = ${this.#expression(scope)}, ${g} = 0; ${g}++ < 2; ${update})`
    const call = scope.isAsync ? `await f()` : 'f()'
    const body = `{\n${list}.push(${made});\n${this.#statements({ ...inner, depth: scope.depth - 1 }, 3)}\n}`
    return `{ const ${list} = []; try { ${head} ${body} } finally { for (const f of ${list}) log(typeof f, ${call}, ${call}) } }`
  }

  /** A `switch` whose clauses share one scope, so that a declaration may be jumped over. */
  #openSwitch(scope: Scope): string {
    const [v, f] = [this.#fresh('v'), this.#fresh('f')]
    const first = `let ${v} = ${this.#expression(scope)}; log(${f}())`
    const second = `${this.#once(2) ? `${v} = ${this.#expression(scope)}; ` : ''}log(${f}())`
    const clauses = [
      `case 1: ${first}`,
      `case 2: ${second}`,
      `default: log('default'); function ${f}() { return ${v}++ }`,
    ]
    const text = `switch (${this.#expression(scope)} & 3) { ${clauses.join(this.#once(2) ? '; break; ' : '; ')} }`
    return `try { ${text} } catch (e) { log(e?.message ?? e) }`
  }

  /** A block that holds resources; it may be left in any way. */
  #resources(scope: Scope): string {
    const [r, s] = [this.#fresh('r'), this.#fresh('r')]
    const declared = (name: string): string => {
      const keyword = scope.isAsync && this.#once(2) ? 'await using' : 'using'
      const value = this.#once(6) ? 'null' : `resource('${name}' + ${this.#expression(scope)}, ${this.#once(4)}, log)`
      return `${keyword} ${name} = ${value}`
    }
    if (this.#once(3)) {
      const body = this.#statements({ ...this.#loopScope(scope, null), depth: scope.depth - 1 }, 3)
      return `for (using ${r} of [resource('${r}', false, log), null]) {\n${body}\nlog(${r}?.name)\n}`
    }
    const first = declared(r)
    const before = this.#statements({ ...scope, depth: scope.depth - 1 }, 2)
    const after = this.#statements({ ...scope, depth: scope.depth - 1 }, 3)
    return `{\n${first};\n{\n${before}\n}\n${declared(s)};\n{\n${after}\n}\nlog(${r}?.name, ${s}?.name)\n}`
  }

  /** A synchronous generator in progress, held while other things happen. */
  #heldIterator(scope: Scope): string {
    const it = this.#fresh('it')
    const step = (): string => `log(${it}.${this.#pick(['next', 'next', 'return'])}(${this.#expression(scope)}))`
    return `{ const ${it} = upTo(3, log);\n${step()};\n${this.#statements({ ...scope, depth: scope.depth - 1 }, 2)}\n${step()} }`
  }

  #asyncIteration(scope: Scope): string {
    if (!scope.isAsync) return this.#iteration(scope)
    const label = this.#once(3) ? this.#fresh('l') : null
    const x = this.#fresh('x')
    const inner = this.#loopScope(scope, label, { name: x, isConstant: false })
    const source = this.#pick([
      `later(${1 + this.#choose(3)}, log)`,
      `[${this.#expression(scope)}, handled(tick(${this.#expression(scope)}))]`,
      `upTo(2, log)`,
    ])
    return `${labelled(label)}for await (let ${x} of ${source}) ${this.#block(inner)}`
  }

  /** A local generator with a body of any kind, run to its end or closed early. */
  #generator(scope: Scope): Statement {
    const [name, x] = [this.#fresh('f'), this.#fresh('x')]
    const isAsync = scope.isAsync && this.#once(2)
    const inner = this.#functionScope(scope, x, isAsync)
    const yields = (): string =>
      this.#once(3)
        ? `yield* ${isAsync && this.#once(2) ? 'later' : 'upTo'}(2, log)`
        : `log('sent', yield ${this.#expression(inner)})`
    const body = [`try {`, `${yields()};`, this.#statements(inner, 2), yields(), `} finally { log('left') }`].join('\n')
    const early = this.#once(2) ? `if (${this.#expression({ ...scope, isAsync: false })} > 1) break\n` : ''
    const loop = `for ${isAsync ? 'await ' : ''}(const y of ${name}(${this.#expression(scope)})) {\nlog('got', y)\n${early}}`
    return [`${isAsync ? 'async ' : ''}function* ${name}(${x}) {\n${body}\n}\n${loop}`, scope, name]
  }

  #privateState(scope: Scope): string {
    const [k, x] = [this.#fresh('k'), this.#fresh('x')]
    if (!scope.isAsync) return `log(new Secret(${this.#expression(scope)}).n)`
    return `{ const ${k} = await Secret.made(${this.#expression(scope)}), ${x} = ${k}.change(${this.#expression(scope)}); log(await ${x}, ${k}.n) }`
  }

  #jump(scope: Scope): string {
    const when = this.#once(4) ? '' : `if (${this.#expression(scope)} > ${this.#choose(4)}) `
    const label = scope.labels[this.#choose(Math.max(scope.labels.length, 1))]
    switch (this.#choose(5)) {
      case 0:
        return `${when}throw ${this.#pick(["new Error('t')", "'t'", 'undefined', `new RangeError('r' + ${this.#expression(scope)})`])}`
      case 1:
        return `${when}return ${this.#expression(scope)}`
      case 2:
        return scope.canContinue ? `${when}continue` : `${when}return`
      case 3:
        if (!label) return scope.canBreak ? `${when}break` : `${when}throw 'end'`
        return `${when}${label.isLoop && this.#once(2) ? 'continue' : 'break'} ${label.name}`
      default:
        return scope.canBreak ? `${when}break` : `${when}return ${this.#expression(scope)}`
    }
  }

  #loopScope(scope: Scope, label: string | null, ...variables: Variable[]): Scope {
    const labels = label === null ? scope.labels : [...scope.labels, { name: label, isLoop: true }]
    return { ...withVariables(scope, ...variables), labels, canBreak: true, canContinue: true }
  }

  #countingLoop(scope: Scope): string {
    const label = this.#once(3) ? this.#fresh('l') : null
    const i = this.#fresh('i')
    // The bound is tested on a variable of its own, for the body may assign the other.
    const guard = this.#fresh('g')
    const inner = this.#loopScope(scope, label, { name: i, isConstant: false })
    const update = this.#once(3) ? `${i} += ${this.#expression(inner)}` : `${i}++`
    const test = this.#once(4)
      ? `${guard}++ < 3 && ${this.#expression(inner)} < 20`
      : `${guard}++ < ${1 + this.#choose(3)}`
    return `${labelled(label)}for (let ${i} = ${this.#expression(scope)}, ${guard} = 0; ${test}; ${update}) ${this.#block(inner)}`
  }

  #iteration(scope: Scope): string {
    const label = this.#once(3) ? this.#fresh('l') : null
    const x = this.#fresh('x')
    if (this.#once(4)) {
      // Keys are strings, and strings would grow without bound: they are logged and not reckoned with.
      const body = this.#block(this.#loopScope(scope, label))
      return `${labelled(label)}for (const ${x} in { k: ${this.#expression(scope)}, 5: 0 }) { log(${x}, () => ${x}); ${body} }`
    }
    const inner = this.#loopScope(scope, label, { name: x, isConstant: false })
    const source = this.#pick([
      `[${this.#expression(scope)}, ${this.#expression(scope)}]`,
      `upTo(${1 + this.#choose(3)}, log)`,
      `new Set([${this.#expression(scope)}, 7])`,
      `new Map([[1, ${this.#expression(scope)}]]).values()`,
    ])
    return `${labelled(label)}for (let ${x} of ${source}) ${this.#block(inner)}`
  }

  #guardedLoop(scope: Scope): string {
    const label = this.#once(3) ? this.#fresh('l') : null
    const guard = this.#fresh('g')
    const inner = this.#loopScope(scope, label)
    const condition = `${guard}++ < ${1 + this.#choose(3)}${this.#once(2) ? ` && ${this.#expression(scope)} < 9` : ''}`
    const body = this.#block(inner)
    const loop = this.#once(2) ? `do ${body} while (${condition})` : `while (${condition}) ${body}`
    return `let ${guard} = 0; ${labelled(label)}${loop}`
  }

  #tryStatement(scope: Scope): string {
    const e = this.#fresh('e')
    const kind = this.#choose(3)
    const inner = { ...scope, taken: [e], depth: scope.depth - 1 }
    const handler = ` catch (${e}) {\nlog('caught', shown(${e}));\n${this.#statements(inner, 3)}\n}`
    const last = ` finally ${this.#block(scope, 3)}`
    return `try ${this.#block(scope)}${kind === 1 ? '' : handler}${kind === 0 ? '' : last}`
  }

  #switchStatement(scope: Scope): string {
    const inner = { ...scope, canBreak: true, depth: scope.depth - 1 }
    const clauses = Array.from({ length: 1 + this.#choose(3) }, (_, i) => {
      const head = i > 0 && this.#once(3) ? null : this.#expression(scope)
      return { head, body: `{\n${this.#statements(inner, 3)}\n}${this.#once(2) ? '\nbreak' : ''}` }
    })
    let hasDefault = false
    const text = clauses.map(({ head, body }) => {
      const isDefault = head === null && !hasDefault
      hasDefault ||= isDefault
      return `${isDefault ? 'default' : `case + ${head ?? 0}`}: ${body}`
    })
    return `switch (${this.#expression(scope)}) {\n${text.join('\n')}\n}`
  }

  #labelledBlock(scope: Scope): string {
    const label = this.#fresh('l')
    return `${label}: ${this.#block({ ...scope, labels: [...scope.labels, { name: label, isLoop: false }] })}`
  }

  /** A hoisted function that reads a variable before and after its declaration. */
  #deadZone(scope: Scope): string {
    const [h, v] = [this.#fresh('h'), this.#fresh('v')]
    const early = `try { log(${h}()) } catch (e) { log(e.message) }`
    return `{\n${early}\nlet ${v} = ${this.#expression(scope)};\nlog(${h}());\nfunction ${h}() { return ${v}++ }\nlog(${v})\n}`
  }

  #assignment(scope: Scope): string {
    const targets = scope.variables.filter(({ isConstant }) => !isConstant).map(({ name }) => name)
    const target = this.#once(4)
      ? this.#pick(['box.n', 'o.x', 'o.list[1]'])
      : (targets[this.#choose(targets.length || 1)] ?? 'o.x')
    switch (this.#choose(4)) {
      case 0:
        return `(${target} = ${this.#expression(scope)})`
      case 1:
        return `(${target} ${this.#pick(['+', '-', '*', '??', '||', '&&'])}= ${this.#expression(scope)})`
      case 2:
        return this.#pick([`${target}++`, `--${target}`])
      default:
        return `(${target} = ${target} + ${this.#expression(scope)})`
    }
  }

  #expression(scope: Scope): string {
    if (scope.terms <= 0) return this.#atom(scope)
    const inner = { ...scope, terms: scope.terms - 1 }
    const one = (): string => this.#expression(inner)
    switch (this.#choose(20)) {
      case 0:
      case 1:
      case 2:
        return this.#atom(scope)
      case 3:
      case 4:
      case 5:
        return this.#awaited(inner)
      case 6:
        return `(${one()} ${this.#pick(['+', '-', '*', '<', '===', ','])} ${one()})`
      case 7:
        return `((${one()}) ${this.#pick(['&&', '||', '??'])} (${one()}))`
      case 8:
        return `(${one()} ? ${one()} : ${one()})`
      case 9:
        return this.#assignment(inner)
      case 10:
        return `total(${one()}, ${one()}${this.#once(2) ? `, ...[${one()}]` : ''})`
      case 11:
        return `log('e', ${one()})`
      case 12:
        return `[${one()}, ${one()}][${this.#choose(2)}]`
      case 13:
        return `({ n: ${one()}, [${one()}]: ${one()} }).n`
      case 14:
        return this.#pick([`\`\${${one()}}\${${one()}}\`.length`, `tag\`\${${one()}},\${${one()}}\``])
      case 15:
        return this.#pick([
          `o.none?.[${one()}]`,
          `o?.list[${one()}]`,
          `o.list?.at(${one()})`,
          `box?.twice`,
          `o.none?.(${one()})`,
        ])
      case 16:
        return `(o.list[${one()} & 3] ${this.#pick(['', '+', '-', '??', '&&'])}= ${one()})`
      case 17:
        return this.#pick([
          `new Box(${one()}).n`,
          `(typeof ${one()}).length`,
          `[...[${one()}], ${one()}].length`,
          `(${one()} in o)`,
        ])
      case 18:
        return `((p, q = ${this.#expression({ ...inner, isAsync: false })}) => p + q)(${one()})`
      default:
        return `({ n: ${one()}, get g() { return this.n + ${this.#expression({ ...inner, isAsync: false })} } }).g`
    }
  }

  #atom(scope: Scope): string {
    const variable = scope.variables[this.#choose(Math.max(scope.variables.length, 1))]
    return variable && this.#choose(3) > 0 ? variable.name : String(this.#choose(5))
  }

  /** An awaited call, or a plain one where nothing can be awaited. */
  #awaited(scope: Scope): string {
    const argument = this.#expression(scope)
    const closure = scope.closures[this.#choose(Math.max(scope.closures.length, 1))]
    if (!scope.isAsync) return closure && !closure.isAsync ? `${closure.name}(${argument})` : `Number(${argument})`
    switch (this.#choose(9)) {
      case 0:
      case 1:
        return `(await tick(${argument}))`
      case 2:
        return `(await ${argument})`
      case 3:
        return `(await slow(${argument}))`
      case 4:
        return `(await ${this.#pick(['tick', 'slow', 'fail', 'bad'])}(${argument}))`
      case 5:
        return `(await box.${this.#pick(['plus', 'set'])}(${argument}))`
      case 6:
        return `(await (async (y) => y + (await tick(${this.#expression(scope)})))(${argument}))`
      case 7:
        return `(await Promise.all([${argument}, tick(${this.#expression(scope)})]))[0]`
      default:
        return closure ? `(await ${closure.name}(${argument}))` : `(await tick(${argument}))`
    }
  }
}

const withVariables = (scope: Scope, ...added: Variable[]): Scope => ({
  ...scope,
  variables: [...scope.variables.filter(({ name }) => added.every((other) => other.name !== name)), ...added],
})

const labelled = (label: string | null): string => (label === null ? '' : `${label}: `)
