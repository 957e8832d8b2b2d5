import * as t from '@babel/types'
import { compileResumable } from '../resumable.js'
import { assign, at, call, constant, id, member, property, run, variable, type ClassNode } from '../syntax.js'
import { dressed } from './closures.js'
import { environmentName } from './environments.js'
import { hasStaticName, keyName, memberKey, named, takesName } from './function-names.js'
import { guardEffects, isGivenKey, takeGiven, type Given } from './local-classes.js'
import { hasObjectPrivates, PrivateStores, type Store } from './private-stores.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites classes. One inside of a function is made by a template, like a closure; `async` methods are compiled in their
 * place.
 */
export class Classes {
  readonly #module: ModuleRewriter
  readonly #stores: PrivateStores

  constructor(module: ModuleRewriter) {
    this.#module = module
    this.#stores = new PrivateStores(module)
  }

  /** A class expression in its place. */
  expression(node: t.ClassExpression, name: string): t.Expression {
    if (this.#module.captures.owners.get(node)) return this.lift(node, name)
    const { before, value } = this.inModule(node, node.id?.name ?? name)
    this.#module.output.definitions.push(...before)
    return value ?? node
  }

  /**
   * Rewrites a module-level class in place; gives the declarations that it needs before it, and the expression that makes it if it
   * can't be declared.
   */
  inModule(node: ClassNode, name: string): { before: t.Statement[]; value: t.Expression | null } {
    const marks =
      hasStaticName(node) || name === '' ? [] : [run(this.#module.closures.renaming(t.thisExpression(), name))]
    if (node.superClass) node.superClass = this.#module.expressions.rewrite(node.superClass)
    for (const element of node.body.body) {
      if ('computed' in element && element.computed)
        element.key = this.#module.expressions.rewrite(element.key as t.Expression)
    }
    const { before, stores } = this.#rewrite(node, null, marks)
    const own = node.id?.name
    if (own !== undefined) this.#nameMethods(node, own)
    return { before, value: stores.length === 0 ? null : this.#within(stores, node, name) }
  }

  /** A class inside of a function: made by a template, like a closure. */
  lift(node: ClassNode, name: string): t.Expression {
    const owner = this.#module.ownerOf(node)
    const given = takeGiven(node, this.#module)
    const { before, stores } = this.#rewrite(node, given)
    const self = this.#module.captures.fresh('f')
    const made = this.#within(stores, node, name)
    return this.#module.closures.template(node, owner, node.id?.name ?? name, self, made, before, given)
  }

  #within(stores: readonly Store[], node: ClassNode, name: string): t.Expression {
    const { superClass, body } = node
    const expression = at(t.classExpression(node.id ?? null, superClass ?? null, body), node)
    const made = node.id ? expression : named(expression, name)
    return this.#stores.around(made, stores, node.id?.name)
  }

  #nameMethods({ body }: ClassNode, own: string): void {
    for (const element of body.body) {
      if (!t.isClassMethod(element, { kind: 'method', computed: false }) || !t.isIdentifier(element.key)) continue
      const holder = element.static ? id(own) : member(own, 'prototype')
      const path = `${own}.${element.static ? '' : 'prototype.'}${element.key.name}`
      this.#module.output.names.set(path, member(holder, element.key.name))
    }
  }

  /** `given` is what a local class takes from where it is evaluated; `marks` are what the class does first of all. */
  #rewrite(
    node: ClassNode,
    given: Given | null,
    marks: t.Statement[] = [],
  ): { before: t.Statement[]; stores: readonly Store[] } {
    const before: t.Statement[] = []
    const derived = node.superClass != null
    const fields = hasObjectPrivates(node) ? [this.#module.captures.fresh('s')] : []
    this.#mark(node, before, marks)
    for (const element of node.body.body) {
      if (t.isClassMethod(element) || t.isClassPrivateMethod(element))
        this.#method(element, derived, before, marks, fields[0])
      else if (t.isStaticBlock(element)) element.body = this.#staticBlock(element)
      else if (t.isClassProperty(element) || t.isClassPrivateProperty(element)) this.#field(element, before)
    }
    if (given) guardEffects(node, this.#module.output)
    const stores = this.#stores.take(node, fields[0])
    if (stores.length > 0) before.push(...stores.map(({ variable: name }) => variable(name)))
    const names = this.#registration(node, stores, given !== null, before)
    const first = [...names, ...marks]
    if (first.length > 0) node.body.body.unshift(t.staticBlock(first))
    return { before, stores }
  }

  /** The class says what private names it has before any other code can want to know. */
  #registration(node: ClassNode, stores: readonly Store[], isLocal: boolean, before: t.Statement[]): t.Statement[] {
    const { privateNames, output } = this.#module
    const used = privateNames.usedOf(node)
    const registration = this.#stores.registration(node, stores, used, isLocal)
    if (!registration) return []
    if (isLocal || used.size === 0) return [run(registration)]
    const names = privateNames.namesOf(node)
    before.push(variable(names))
    output.names.set(names, id(names))
    return [run(assign(names, registration))]
  }

  #staticBlock(node: t.StaticBlock): t.Statement[] {
    return this.#module.statements.blockStatements(node, node.body)
  }

  #field(node: t.ClassProperty | t.ClassPrivateProperty, before: t.Statement[]): void {
    const { value } = node
    if (!value) return
    const isComputed = t.isClassProperty(node) && node.computed === true
    const takesKey = isComputed && takesName(value)
    node.value = this.#module.expressions.rewrite(value, isComputed ? '' : keyName(node.key))
    if (!takesKey) return
    const key = this.#computedKey(node, before)
    const keyed = call(this.#module.output.helper('$keyed'), key, node.value)
    node.value = t.memberExpression(keyed, t.cloneNode(key), true)
  }

  /** The class as the code that is taken out of it knows it: for its own name, and for `super`. */
  #mark(node: ClassNode, before: t.Statement[], marks: t.Statement[]): void {
    const scope = this.#module.captures.scopes.get(node)
    const [own] = scope?.captured() ?? []
    if (!scope || !own) return
    const name = environmentName(scope)
    before.push(constant(name, t.objectExpression([property(own.emitted, id('$U'))])))
    marks.push(run(assign(member(name, own.emitted), t.thisExpression())))
  }

  /** An async method finds itself in a variable that the class fills first of all. */
  #method(
    node: t.ClassMethod | t.ClassPrivateMethod,
    derived: boolean,
    before: t.Statement[],
    marks: t.Statement[],
    store: string | undefined,
  ): void {
    const owner = this.#module.ownerOf(node)
    if (node.kind === 'constructor' && derived) node.extra = { ...node.extra, derived: true }
    const self = this.#module.captures.fresh('m')
    this.#module.closures.nameSelf(owner, self)
    this.#module.bodies.rewrite(node)
    if (!owner.isResumable) return
    const isComputed = t.isClassMethod(node) && node.computed === true
    const name = isComputed ? '' : keyName(node.key)
    before.push(variable(self))
    const method = this.#methodOf(node, before, store)
    marks.push(run(assign(self, dressed(method, owner))))
    const compiled = compileResumable(node, owner, this.#module.captures, this.#module.output, { self, name })
    node.params = compiled.params as typeof node.params
    node.body = compiled.body
    node.async = false
    node.generator = false
  }

  /** How the class finds the method. */
  #methodOf(
    node: t.ClassMethod | t.ClassPrivateMethod,
    before: t.Statement[],
    store: string | undefined,
  ): t.Expression {
    if (t.isClassPrivateMethod(node)) {
      const branded = (): t.Expression => call(this.#module.output.helper('$branded'), id(store ?? ''))
      return t.memberExpression(node.static ? t.thisExpression() : branded(), t.cloneNode(node.key))
    }
    const holder = node.static ? t.thisExpression() : member(t.thisExpression(), 'prototype')
    const method = node.computed ? this.#computedKey(node, before) : memberKey(node.key)
    return t.memberExpression(holder, method, !t.isIdentifier(method) || node.computed)
  }

  #computedKey(node: t.ClassMethod | t.ClassProperty, before: t.Statement[]): t.Expression {
    if (isGivenKey(node.key)) return id(node.key.name)
    const name = this.#module.captures.fresh('n')
    before.push(variable(name))
    node.key = assign(name, call(this.#module.output.helper('$key'), node.key))
    return id(name)
  }
}
