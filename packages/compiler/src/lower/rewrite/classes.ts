import * as t from '@babel/types'
import { refuse } from '../refusals.js'
import { compileResumable } from '../resumable.js'
import { assign, at, call, constant, id, member, property, run, variable, type ClassNode } from '../syntax.js'
import { environmentName } from './environments.js'
import { hasStaticName, keyName, memberKey, named } from './function-names.js'
import { isPure } from './purity.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites classes. One inside of a function is made by a template, like a closure; `async` methods are compiled in their
 * place.
 */
export class Classes {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** A class expression in its place. */
  expression(node: t.ClassExpression, name: string): t.Expression {
    if (this.#module.captures.owners.get(node)) return this.lift(node, name)
    const before = this.inModule(node, node.id?.name ?? name)
    this.#module.output.definitions.push(...before)
    return node
  }

  /** Rewrites a module-level class in place; gives the declarations that its async methods need before it. */
  inModule(node: ClassNode, name: string): t.Statement[] {
    const marks =
      hasStaticName(node) || name === '' ? [] : [run(this.#module.closures.renaming(t.thisExpression(), name))]
    const before = this.#rewrite(node, marks)
    const own = node.id?.name
    if (own !== undefined) this.#nameMethods(node, own)
    return before
  }

  /** A class inside of a function: made by a template, like a closure. */
  lift(node: ClassNode, name: string): t.Expression {
    const owner = this.#module.ownerOf(node)
    this.#refuseEffects(node)
    const before = this.#rewrite(node)
    const self = this.#module.captures.fresh('f')
    const { superClass, body } = node
    const expression = at(t.classExpression(node.id ?? null, superClass ?? null, body), node)
    const made = node.id ? expression : named(expression, name)
    return this.#module.closures.template(node, owner, node.id?.name ?? name, self, made, before)
  }

  #nameMethods({ body }: ClassNode, own: string): void {
    for (const element of body.body) {
      if (!t.isClassMethod(element, { kind: 'method', computed: false }) || !t.isIdentifier(element.key)) continue
      const holder = element.static ? id(own) : member(own, 'prototype')
      const path = `${own}.${element.static ? '' : 'prototype.'}${element.key.name}`
      this.#module.output.names.set(path, member(holder, element.key.name))
    }
  }

  /** Making the class again, on another kernel, must not do anything a second time. */
  #refuseEffects({ superClass, body, id: own }: ClassNode): void {
    const name = own?.name ?? 'class'
    const remedy = 'compute it before the class and name it by a const, or move the class to module level'
    const check = (node: t.Node | null | undefined, what: string): void => {
      if (node && !isPure(node))
        refuse(this.#module.output.path, node, `${what} of the local class ${name} may have effects`, remedy)
    }
    check(superClass, 'the base')
    for (const element of body.body) {
      if (t.isStaticBlock(element))
        refuse(this.#module.output.path, element, `the local class ${name} has a static block`, remedy)
      if ('computed' in element && element.computed) check(element.key, 'a computed name')
      if (t.isClassProperty(element, { static: true })) check(element.value, 'a static field')
    }
  }

  /** `marks` are what the class does first of all. */
  #rewrite(node: ClassNode, marks: t.Statement[] = []): t.Statement[] {
    const before: t.Statement[] = []
    const derived = node.superClass != null
    this.#mark(node, before, marks)
    if (node.superClass) node.superClass = this.#module.expressions.rewrite(node.superClass)
    for (const element of node.body.body) {
      if (t.isClassMethod(element)) this.#method(element, derived, before, marks)
      else if (t.isStaticBlock(element)) element.body = this.#staticBlock(element)
      else if (t.isClassProperty(element)) this.#field(element)
    }
    if (marks.length > 0) node.body.body.unshift(t.staticBlock(marks))
    return before
  }

  #staticBlock(node: t.StaticBlock): t.Statement[] {
    return this.#module.statements.blockStatements(node, node.body)
  }

  #field(node: t.ClassProperty): void {
    if (node.computed) node.key = this.#module.expressions.rewrite(node.key)
    if (node.value) node.value = this.#module.expressions.rewrite(node.value, node.computed ? '' : keyName(node.key))
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
  #method(node: t.ClassMethod, derived: boolean, before: t.Statement[], marks: t.Statement[]): void {
    const owner = this.#module.ownerOf(node)
    if (node.computed) node.key = this.#module.expressions.rewrite(node.key)
    if (node.kind === 'constructor' && derived) node.extra = { ...node.extra, derived: true }
    const self = this.#module.captures.fresh('m')
    this.#module.closures.nameSelf(owner, self)
    this.#module.bodies.rewrite(node)
    if (!owner.isAsync) return
    const holder = node.static ? t.thisExpression() : member(t.thisExpression(), 'prototype')
    const name = node.computed ? '' : keyName(node.key)
    const method = node.computed ? this.#computedKey(node, before) : memberKey(node.key)
    before.push(variable(self))
    marks.push(run(assign(self, t.memberExpression(holder, method, !t.isIdentifier(method) || node.computed))))
    const compiled = compileResumable(node, owner, this.#module.captures, this.#module.output, { self, name })
    node.params = compiled.params
    node.body = compiled.body
    node.async = false
  }

  #computedKey(node: t.ClassMethod, before: t.Statement[]): t.Expression {
    const name = this.#module.captures.fresh('n')
    before.push(variable(name))
    node.key = assign(name, call(this.#module.output.helper('$key'), node.key))
    return id(name)
  }
}
