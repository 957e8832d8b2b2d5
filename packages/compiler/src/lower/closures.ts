import * as t from '@babel/types'
import { assignedByClosure, environmentsOf, type Captures } from './captures.js'
import type { Environments } from './environments.js'
import type { ModuleOutput } from './output.js'
import { refuse } from './refusals.js'
import { compileResumable } from './resumable.js'
import type { Owner, Scope } from './scopes.js'
import {
  assign,
  at,
  call,
  constant,
  id,
  isFunctionNode,
  member,
  none,
  property,
  run,
  text,
  variable,
  type ClassNode,
  type FunctionNode,
} from './syntax.js'

/**
 * Lifts functions to the top of the module. One that is evaluated once becomes a constant there, and travels by name; any
 * other is made, each time it is evaluated, by a template from the environments that it needs, and can be made again from
 * the same anywhere.
 */
export class Closures {
  readonly #captures: Captures
  readonly #output: ModuleOutput
  readonly #environments: Environments
  readonly #selves = new Map<Owner, string>()

  constructor(captures: Captures, output: ModuleOutput, environments: Environments) {
    this.#captures = captures
    this.#output = output
    this.#environments = environments
  }

  /** The expression that makes the function in its place; `name` is what it takes from there if it has none. */
  lift(node: FunctionNode, name: string): t.Expression {
    const owner = this.#ownerOf(node)
    if (this.#isEvaluatedOnce(owner)) return this.#hoist(node, owner, name)
    const self = this.#captures.fresh('f')
    this.#selves.set(owner, self)
    const made = this.#functionExpression(node, owner, self, name)
    return this.#template(node, owner, nameOf(node, name), self, made)
  }

  /** `$rename(target, name)`. */
  renaming(target: t.Expression, name: string): t.Expression {
    return call(this.#output.helper('$rename'), target, text(name))
  }

  /** The name by which a function's own code knows it. */
  selfOf(owner: Owner): t.Expression {
    const { node } = owner
    if (!owner.isAsync && t.isFunctionExpression(node) && node.id) return id(node.id.name)
    const self = this.#selves.get(owner)
    if (self === undefined) throw new Error('a function was asked for itself before it was lifted')
    return id(self)
  }

  // ---------------------------------------------------------------- modules

  /** Module-level statements that are more than their rewritten selves; `null` for the others. */
  moduleStatement(node: t.Statement): t.Statement[] | null {
    if (t.isFunctionDeclaration(node) && node.async) return this.#resumableDeclaration(node)
    if (t.isVariableDeclaration(node)) return this.#moduleVariables(node)
    if (t.isExportNamedDeclaration(node) && node.declaration) {
      const { declaration } = node
      const rewritten = this.moduleStatement(declaration) ?? this.#environments.statement(declaration)
      const last = rewritten.at(-1)
      if (t.isVariableDeclaration(declaration))
        return rewritten.map((item) => ({ ...node, declaration: item as t.Declaration }))
      if (!t.isFunctionDeclaration(declaration) || !declaration.async || !declaration.id) {
        return [...rewritten.slice(0, -1), { ...node, declaration: last as t.Declaration }]
      }
      const { name } = declaration.id
      return [...rewritten, t.exportNamedDeclaration(null, [t.exportSpecifier(id(name), id(name))])]
    }
    return t.isExportDefaultDeclaration(node) ? this.#exportDefault(node) : null
  }

  /** A function that exists before the module's statements run. */
  #resumableDeclaration(node: t.FunctionDeclaration): t.Statement[] {
    if (!node.id) throw new Error('a function declaration has a name')
    const { name } = node.id
    const owner = this.#ownerOf(node)
    this.#selves.set(owner, name)
    this.#output.definitions.push(at(constant(name, this.#functionExpression(node, owner, name, name)), node))
    return []
  }

  #moduleVariables(node: t.VariableDeclaration): t.Statement[] {
    for (const declarator of node.declarations) {
      const { id: target, init } = declarator
      const direct = node.kind === 'const' && t.isIdentifier(target) && init && isFunctionNode(init)
      if (!direct) continue
      const owner = this.#ownerOf(init)
      this.#selves.set(owner, target.name)
      declarator.init = this.#functionExpression(init, owner, target.name, target.name)
      declarator.extra = { rewritten: true }
    }
    const rest = node.declarations.filter(({ extra }) => extra?.['rewritten'] !== true)
    if (rest.length === node.declarations.length) return this.#environments.statement(node)
    return node.declarations.flatMap((declarator) => {
      const single = at(t.variableDeclaration(node.kind, [declarator]), node)
      return rest.includes(declarator) ? this.#environments.statement(single) : [single]
    })
  }

  #exportDefault(node: t.ExportDefaultDeclaration): t.Statement[] {
    const { declaration } = node
    if (t.isFunctionDeclaration(declaration) && declaration.id && declaration.async) {
      const { name } = declaration.id
      return [...this.#resumableDeclaration(declaration), exportAsDefault(name)]
    }
    if ((t.isFunctionDeclaration(declaration) || t.isClassDeclaration(declaration)) && declaration.id) {
      const rewritten = this.#environments.statement(declaration)
      return [...rewritten.slice(0, -1), { ...node, declaration: rewritten.at(-1) as t.ClassDeclaration }]
    }
    const name = this.#captures.fresh('default')
    this.#output.names.set('default', id(name))
    if (t.isFunctionDeclaration(declaration)) {
      const owner = this.#ownerOf(declaration)
      this.#selves.set(owner, name)
      this.#output.definitions.push(constant(name, this.#functionExpression(declaration, owner, name, 'default')))
      return [exportAsDefault(name)]
    }
    const value = t.isClassDeclaration(declaration)
      ? this.classExpression(t.toExpression(declaration), 'default')
      : this.#environments.expression(declaration as t.Expression, 'default')
    return [at(constant(name, value), node), exportAsDefault(name)]
  }

  // ---------------------------------------------------------------- functions

  #isEvaluatedOnce(owner: Owner): boolean {
    return owner.parent?.kind === 'program' && !owner.repeated && owner.environments.size === 0
  }

  #hoist(node: FunctionNode, owner: Owner, name: string): t.Expression {
    const self = this.#captures.fresh('f')
    this.#selves.set(owner, self)
    const position = this.#output.positionOf(node)
    this.#output.definitions.push(at(constant(self, this.#functionExpression(node, owner, self, name)), node))
    this.#output.names.set(position, id(self))
    return at(id(self), node)
  }

  /** The function by itself, with its name, its code rewritten. */
  #functionExpression(node: FunctionNode, owner: Owner, self: string, given: string): t.Expression {
    const name = nameOf(node, given)
    this.#environments.functionBody(node)
    if (owner.isAsync) return this.#resumable(node, owner, self, name)
    if (t.isObjectMethod(node))
      return methodOf(
        t.objectMethod('method', key(name), node.params, blockOf(node), isComputed(name), node.generator),
        name,
      )
    if (t.isFunctionDeclaration(node) || t.isFunctionExpression(node)) {
      const { id: own, params, generator } = node
      const expression = at(t.functionExpression(own ?? null, params, blockOf(node), generator), node)
      return own ? expression : named(expression, name)
    }
    return named(node as t.ArrowFunctionExpression, name)
  }

  #resumable(node: FunctionNode, owner: Owner, self: string, name: string): t.Expression {
    const { params, body } = compileResumable(node, owner, this.#captures, this.#output, { self, name })
    return methodOf(
      at(t.objectMethod('method', key(name), params as t.FunctionParameter[], body, isComputed(name)), node),
      name,
    )
  }

  // ---------------------------------------------------------------- templates

  #template(
    node: t.Node,
    owner: Owner,
    name: string,
    self: string,
    made: t.Expression,
    before: t.Statement[] = [],
  ): t.Expression {
    const template = this.#captures.fresh('k')
    const scopes = environmentsOf(owner)
    const parameters = scopes.map((scope) => id(environmentName(scope)))
    const record = [id(self), id(template), t.arrayExpression(parameters.map(({ name: own }) => id(own)))]
    const body = t.blockStatement([
      ...before,
      at(constant(self, made), node),
      t.returnStatement(call(member('$r', 'close'), ...record)),
    ])
    const definition = call(
      member('$i', 'template'),
      text(this.#output.idOf(node)),
      text(name),
      t.numericLiteral(node.loc?.start.line ?? 0),
      t.arrayExpression(assignedByClosure(owner, this.#captures).map(text)),
      t.arrowFunctionExpression(parameters, body),
    )
    this.#output.definitions.push(constant(template, definition))
    return at(call(member(template, 'make'), ...scopes.map((scope) => this.#environmentFor(owner, scope))), node)
  }

  /** The initializer of a field has no place for an environment of its own; it holds `this` alone, which never changes. */
  #environmentFor(owner: Owner, scope: Scope): t.Expression {
    const inField = t.isClassProperty(scope.node) && owner.parent === scope.owner
    return inField ? t.objectExpression([property('this', t.thisExpression())]) : id(environmentName(scope))
  }

  // ---------------------------------------------------------------- classes

  /** A class expression in its place. */
  classExpression(node: t.ClassExpression, name: string): t.Expression {
    if (this.#ownerOf(node, false)) return this.liftClass(node, name)
    const before = this.moduleClass(node, node.id?.name ?? name)
    this.#output.definitions.push(...before)
    return node
  }

  /** Rewrites a module-level class in place; gives the declarations that its async methods need before it. */
  moduleClass(node: ClassNode, name: string): t.Statement[] {
    const marks = hasStaticName(node) || name === '' ? [] : [run(this.renaming(t.thisExpression(), name))]
    const before = this.#rewriteClass(node, marks)
    const own = node.id?.name
    if (own !== undefined) this.#nameMethods(node, own)
    return before
  }

  #nameMethods({ body }: ClassNode, own: string): void {
    for (const element of body.body) {
      if (!t.isClassMethod(element, { kind: 'method', computed: false }) || !t.isIdentifier(element.key)) continue
      const holder = element.static ? id(own) : member(own, 'prototype')
      const path = `${own}.${element.static ? '' : 'prototype.'}${element.key.name}`
      this.#output.names.set(path, member(holder, element.key.name))
    }
  }

  /** A class inside of a function: made by a template, like a closure. */
  liftClass(node: ClassNode, name: string): t.Expression {
    const owner = this.#ownerOf(node)
    this.#refuseEffects(node)
    const before = this.#rewriteClass(node)
    const self = this.#captures.fresh('f')
    const { superClass, body } = node
    const expression = at(t.classExpression(node.id ?? null, superClass ?? null, body), node)
    const made = node.id ? expression : named(expression, name)
    return this.#template(node, owner, node.id?.name ?? name, self, made, before)
  }

  /** Making the class again, on another kernel, must not do anything a second time. */
  #refuseEffects({ superClass, body, id: own }: ClassNode): void {
    const name = own?.name ?? 'class'
    const remedy = 'compute it before the class and name it by a const, or move the class to module level'
    const check = (node: t.Node | null | undefined, what: string): void => {
      if (node && !isPure(node))
        refuse(this.#output.path, node, `${what} of the local class ${name} may have effects`, remedy)
    }
    check(superClass, 'the base')
    for (const element of body.body) {
      if (t.isStaticBlock(element))
        refuse(this.#output.path, element, `the local class ${name} has a static block`, remedy)
      if ('computed' in element && element.computed) check(element.key, 'a computed name')
      if (t.isClassProperty(element, { static: true })) check(element.value, 'a static field')
    }
  }

  /** `marks` are what the class does first of all. */
  #rewriteClass(node: ClassNode, marks: t.Statement[] = []): t.Statement[] {
    const before: t.Statement[] = []
    const derived = node.superClass != null
    this.#markClass(node, before, marks)
    if (node.superClass) node.superClass = this.#environments.expression(node.superClass)
    for (const element of node.body.body) {
      if (t.isClassMethod(element)) this.#classMethod(element, derived, before, marks)
      else if (t.isStaticBlock(element)) element.body = this.#staticBlock(element)
      else if (t.isClassProperty(element)) this.#field(element)
    }
    if (marks.length > 0) node.body.body.unshift(t.staticBlock(marks))
    return before
  }

  #staticBlock(node: t.StaticBlock): t.Statement[] {
    return this.#environments.blockStatements(node, node.body)
  }

  #field(node: t.ClassProperty): void {
    if (node.computed) node.key = this.#environments.expression(node.key)
    if (node.value) node.value = this.#environments.expression(node.value, node.computed ? '' : keyName(node.key))
  }

  /** The class as the code that is taken out of it knows it: for its own name, and for `super`. */
  #markClass(node: ClassNode, before: t.Statement[], marks: t.Statement[]): void {
    const scope = this.#captures.scopes.get(node)
    const [own] = scope?.captured() ?? []
    if (!scope || !own) return
    const name = environmentName(scope)
    before.push(constant(name, t.objectExpression([property(own.emitted, id('$U'))])))
    marks.push(run(assign(member(name, own.emitted), t.thisExpression())))
  }

  /** An async method finds itself in a variable that the class fills first of all. */
  #classMethod(node: t.ClassMethod, derived: boolean, before: t.Statement[], marks: t.Statement[]): void {
    const owner = this.#ownerOf(node)
    if (node.computed) node.key = this.#environments.expression(node.key)
    if (node.kind === 'constructor' && derived) node.extra = { ...node.extra, derived: true }
    const self = this.#captures.fresh('m')
    this.#selves.set(owner, self)
    this.#environments.functionBody(node)
    if (!owner.isAsync) return
    const holder = node.static ? t.thisExpression() : member(t.thisExpression(), 'prototype')
    const name = node.computed ? '' : keyName(node.key)
    const method = node.computed ? this.#computedKey(node, before) : memberKey(node.key)
    before.push(variable(self))
    marks.push(run(assign(self, t.memberExpression(holder, method, !t.isIdentifier(method) || node.computed))))
    const compiled = compileResumable(node, owner, this.#captures, this.#output, { self, name })
    node.params = compiled.params
    node.body = compiled.body
    node.async = false
  }

  #computedKey(node: t.ClassMethod, before: t.Statement[]): t.Expression {
    const name = this.#captures.fresh('n')
    before.push(variable(name))
    node.key = assign(name, call(this.#output.helper('$key'), node.key))
    return id(name)
  }

  #usesSuper(owner: Owner): boolean {
    return this.#captures.keywords.some(([node, user]) => t.isSuper(node) && user === owner)
  }

  // ---------------------------------------------------------------- object literals

  /** An object literal: its methods are functions like others, put under their keys. */
  objectLiteral(node: t.ObjectExpression): t.Expression {
    const accessors: AccessorPair[] = []
    node.properties = node.properties
      .map((item) => {
        if (t.isSpreadElement(item)) {
          item.argument = this.#environments.expression(item.argument)
          return item
        }
        if (item.computed) item.key = this.#environments.expression(item.key as t.Expression)
        return t.isObjectMethod(item) ? this.#objectMethod(item, accessors) : this.#objectProperty(item)
      })
      .filter((item) => item !== null)
    return accessors.reduce<t.Expression>(
      (object, pair) => call(this.#output.helper('$accessor'), object, text(pair.name), pair.get, pair.set),
      node,
    )
  }

  #objectProperty(node: t.ObjectProperty): t.ObjectProperty | t.SpreadElement {
    const value = node.value as t.Expression
    if (node.computed && this.#takesName(value)) {
      return this.#keyed(node.key as t.Expression, this.#environments.expression(value))
    }
    node.value = this.#environments.expression(value, node.computed ? '' : keyName(node.key))
    node.shorthand = false
    return node
  }

  /** Is it an anonymous function, or an anonymous class that is made by a template? */
  #takesName(node: t.Expression): boolean {
    if (isFunctionNode(node)) return !('id' in node && node.id)
    return t.isClassExpression(node) && !node.id && !hasStaticName(node) && this.#ownerOf(node, false) !== undefined
  }

  #objectMethod(node: t.ObjectMethod, accessors: AccessorPair[]): t.ObjectExpression['properties'][number] | null {
    const owner = this.#ownerOf(node)
    const inPlace = owner.parent?.kind === 'program' && !owner.repeated && owner.environments.size === 0
    if (inPlace && (node.kind !== 'method' || this.#usesSuper(owner))) {
      this.#environments.functionBody(node)
      return node
    }
    if (node.kind !== 'method') return this.#accessor(node, accessors)
    if (node.computed) return this.#keyed(node.key, this.lift(node, ''))
    const name = keyName(node.key)
    return at(property(name, this.lift(node, name)), node)
  }

  #keyed(name: t.Expression, closure: t.Expression): t.SpreadElement {
    return t.spreadElement(call(this.#output.helper('$keyed'), name, closure))
  }

  #accessor(node: t.ObjectMethod, accessors: AccessorPair[]): t.ObjectProperty | null {
    const { path } = this.#output
    if (node.computed) refuse(path, node, 'an accessor in a function has a computed name', 'use Object.defineProperty')
    const { kind } = node
    const name = keyName(node.key)
    node.kind = 'method'
    const closure = this.lift(node, `${kind} ${name}`)
    let pair = accessors.find((known) => known.name === name)
    const isNew = pair === undefined
    if (!pair) accessors.push((pair = { name, get: none(), set: none() }))
    pair[kind === 'get' ? 'get' : 'set'] = closure
    return isNew ? property(name, none()) : null
  }

  #ownerOf(node: t.Node): Owner
  #ownerOf(node: t.Node, required: false): Owner | undefined
  #ownerOf(node: t.Node, required = true): Owner | undefined {
    const owner = this.#captures.owners.get(node)
    if (!owner && required) throw new Error(`the owner of ${node.type} was not analyzed`)
    return owner
  }
}

interface AccessorPair {
  readonly name: string
  get: t.Expression
  set: t.Expression
}

function environmentName({ environment }: Scope): string {
  if (environment === null) throw new Error('a needed scope has no environment')
  return environment
}

function nameOf(node: FunctionNode, given: string): string {
  return (t.isFunctionDeclaration(node) || t.isFunctionExpression(node)) && node.id ? node.id.name : given
}

function keyName(node: t.Node): string {
  if (t.isIdentifier(node)) return node.name
  if (t.isStringLiteral(node)) return node.value
  if (t.isNumericLiteral(node)) return String(node.value)
  return t.isBigIntLiteral(node) ? node.value : ''
}

/** Has the class a static member that stands for the name that its place would give it? */
const hasStaticName = ({ body }: ClassNode): boolean =>
  body.body.some(
    (element) => 'static' in element && element.static && 'key' in element && keyName(element.key) === 'name',
  )

const memberKey = (node: t.Node): t.Expression => (t.isIdentifier(node) ? node : text(keyName(node)))

const isComputed = (name: string): boolean => name === '__proto__'

const key = (name: string): t.Identifier | t.StringLiteral =>
  t.isValidIdentifier(name, false) && !isComputed(name) ? id(name) : text(name)

/** `({ name(…) { … } }).name`: a function that is no constructor. */
function methodOf(method: t.ObjectMethod, name: string): t.Expression {
  const own = key(name)
  return at(t.memberExpression(t.objectExpression([method]), own, !t.isIdentifier(own)), method)
}

/** An anonymous function or class with the name that its place would give it. */
function named(node: t.Expression, name: string): t.Expression {
  const own = key(name)
  const computed = isComputed(name)
  return t.memberExpression(t.objectExpression([t.objectProperty(own, node, computed)]), own, !t.isIdentifier(own))
}

const blockOf = ({ body }: FunctionNode): t.BlockStatement =>
  t.isBlockStatement(body) ? body : t.blockStatement([t.returnStatement(body)])

const exportAsDefault = (name: string): t.ExportNamedDeclaration =>
  t.exportNamedDeclaration(null, [t.exportSpecifier(id(name), id('default'))])

/** Has evaluating `node` neither effects nor another result the next time? */
function isPure(node: t.Node): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'ThisExpression':
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'RegExpLiteral':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true
    case 'MemberExpression':
      return isPure(node.object) && (!node.computed || isPure(node.property))
    case 'UnaryExpression':
      return node.operator !== 'delete' && isPure(node.argument)
    case 'BinaryExpression':
      return isPure(node.left) && isPure(node.right)
    case 'TemplateLiteral':
      return node.expressions.every(isPure)
    case 'ArrayExpression':
      return node.elements.every((element) => element === null || isPure(element))
    case 'ObjectExpression':
      return node.properties.every((item) => t.isObjectProperty(item) && !item.computed && isPure(item.value))
    default:
      return false
  }
}
