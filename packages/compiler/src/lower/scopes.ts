import * as t from '@babel/types'
import { isFunctionNode, type ClassNode, type FunctionNode } from './syntax.js'

/**
 * Who declares what, and who uses it: the scopes of a module, their variables and every reference, with the function that
 * each belongs to. `this`, `arguments` and `new.target` are variables of the function that has them, since arrows capture
 * them like any other.
 */

export type VariableKind =
  | 'var'
  | 'let'
  | 'const'
  | 'class'
  | 'function'
  | 'parameter'
  | 'catch'
  | 'import'
  /** A function expression's own name. */
  | 'self'
  /** A class expression's own name. */
  | 'class-self'
  | 'this'
  | 'arguments'
  | 'new.target'

export interface Reference {
  readonly node: t.Node
  readonly scope: Scope
  readonly owner: Owner
  readonly reads: boolean
  readonly writes: boolean
}

export class Variable {
  readonly name: string
  readonly kind: VariableKind
  readonly scope: Scope
  /** The identifier that declares it; `null` for `this` and its like. */
  readonly identifier: t.Identifier | null
  /** The node whose evaluation initializes it: a declarator, a class, a parameter. */
  readonly declarator: t.Node | null
  /** Where its own part of a pattern, default included, ends. */
  readonly elementEnd: number
  readonly references: Reference[] = []
  /** The parameter whose value a `var` of the same name begins with, where they are two variables. */
  startsAs: Variable | null = null
  /** Does it live in an environment? */
  captured = false
  /** Its name in the output: of the local, or of the property in the environment. */
  emitted: string

  constructor(name: string, kind: VariableKind, scope: Scope, declaration: Declaration | null) {
    this.name = name
    this.kind = kind
    this.scope = scope
    this.identifier = declaration?.identifier ?? null
    this.declarator = declaration?.declarator ?? null
    this.elementEnd = declaration?.elementEnd ?? 0
    this.emitted = name
  }

  get owner(): Owner {
    return this.scope.owner
  }

  /** Is it assigned after its declaration? */
  get assigned(): boolean {
    return this.references.some(({ writes }) => writes)
  }

  /** May it never be assigned? */
  get constant(): boolean {
    return this.kind === 'const' || this.kind === 'self' || this.kind === 'class-self' || this.kind === 'import'
  }
}

interface Declaration {
  readonly identifier: t.Identifier
  readonly declarator: t.Node
  readonly elementEnd: number
}

export class Scope {
  readonly node: t.Node
  readonly parent: Scope | null
  readonly owner: Owner
  readonly variables = new Map<string, Variable>()
  readonly depth: number
  /** Name of the variable that holds its environment, if some of its variables are captured. */
  environment: string | null = null

  constructor(node: t.Node, parent: Scope | null, owner: Owner) {
    this.node = node
    this.parent = parent
    this.owner = owner
    this.depth = parent ? parent.depth + 1 : 0
    owner.scopes.push(this)
  }

  get isProgram(): boolean {
    return this.parent === null
  }

  /** Its captured variables, in order of declaration. */
  captured(): Variable[] {
    return [...this.variables.values()].filter(({ captured }) => captured)
  }

  lookup(name: string): Variable | undefined {
    return this.variables.get(name) ?? this.parent?.lookup(name)
  }
}

/**
 * What code belongs to: the module, a function, a class inside of a function (which is made by a template of its own), or
 * a field's initializer or static block of a class (which run like methods).
 */
export class Owner {
  readonly kind: 'program' | 'function' | 'class' | 'field'
  readonly node: t.Node
  readonly parent: Owner | null
  /** The scope in which it is evaluated; `null` for the module. */
  readonly definedIn: Scope | null
  readonly scopes: Scope[] = []
  /** Scopes of other owners whose environments it needs, for itself or for what it encloses. */
  readonly environments = new Set<Scope>()
  /** May it be evaluated more than once, although no function encloses it? */
  readonly repeated: boolean

  constructor(kind: Owner['kind'], node: t.Node, parent: Owner | null, definedIn: Scope | null, repeated: boolean) {
    this.kind = kind
    this.node = node
    this.parent = parent
    this.definedIn = definedIn
    this.repeated = repeated
  }

  get isAsync(): boolean {
    return this.kind === 'function' && (this.node as FunctionNode).async
  }

  get isArrow(): boolean {
    return t.isArrowFunctionExpression(this.node)
  }

  /** The scope that holds its parameters and `this`. */
  get scope(): Scope {
    const [scope] = this.scopes
    if (!scope) throw new Error('an owner has no scope before it is walked')
    return scope
  }

  /** Is it, or is it inside of, `other`? */
  isWithin(other: Owner): boolean {
    return this === other || (this.parent?.isWithin(other) ?? false)
  }
}

/** What is known about a module's names. */
export interface Analysis {
  readonly program: Scope
  readonly owners: ReadonlyMap<t.Node, Owner>
  readonly scopes: ReadonlyMap<t.Node, Scope>
  /** The variable that an identifier (or `this`, `new.target`) declares or refers to; absent for globals. */
  readonly variables: ReadonlyMap<t.Node, Variable>
  readonly references: ReadonlyMap<t.Node, Reference>
  /** Names that refer to nothing that the module declares, with the owner that refers. */
  readonly globals: readonly (readonly [string, Owner])[]
  /** `super`, `await` and the like, with the owner they stand in. */
  readonly keywords: readonly (readonly [t.Node, Owner])[]
}

export function analyzeScopes(program: t.Program): Analysis {
  return new Analyzer(program).analysis
}

class Analyzer {
  readonly analysis: Analysis
  readonly #owners = new Map<t.Node, Owner>()
  readonly #scopes = new Map<t.Node, Scope>()
  readonly #variables = new Map<t.Node, Variable>()
  readonly #references = new Map<t.Node, Reference>()
  readonly #globals: [string, Owner][] = []
  readonly #keywords: [t.Node, Owner][] = []
  #loops = 0

  constructor(program: t.Program) {
    const owner = new Owner('program', program, null, null, false)
    const scope = new Scope(program, null, owner)
    this.#owners.set(program, owner)
    this.#scopes.set(program, scope)
    this.#hoistVars(program.body, scope)
    this.#declareLexical(program.body, scope)
    for (const statement of program.body) this.#walk(statement, scope, owner)
    this.analysis = {
      program: scope,
      owners: this.#owners,
      scopes: this.#scopes,
      variables: this.#variables,
      references: this.#references,
      globals: this.#globals,
      keywords: this.#keywords,
    }
  }

  #walk(node: t.Node, scope: Scope, owner: Owner): void {
    if (isFunctionNode(node)) return this.#function(node, scope, owner)
    switch (node.type) {
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#class(node, scope, owner)
      case 'BlockStatement':
        return this.#block(node, node.body, scope, owner)
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#for(node, scope, owner)
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#loops++
        this.#children(node, scope, owner)
        this.#loops--
        return
      case 'SwitchStatement':
        this.#walk(node.discriminant, scope, owner)
        return this.#block(node, node.cases, scope, owner)
      case 'CatchClause':
        return this.#catch(node, scope, owner)
      case 'VariableDeclarator':
        this.#pattern(node.id, scope, owner, 'declare')
        if (node.init) this.#walk(node.init, scope, owner)
        return
      case 'AssignmentExpression':
        this.#pattern(node.left, scope, owner, node.operator === '=' ? 'write' : 'update')
        return this.#walk(node.right, scope, owner)
      case 'UpdateExpression':
        return this.#pattern(node.argument, scope, owner, 'update')
      case 'Identifier':
        return this.#reference(node, node.name, scope, owner, true, false)
      case 'ThisExpression':
        return this.#special(node, 'this', scope, owner)
      case 'MetaProperty':
        if (node.meta.name === 'new') this.#special(node, 'new.target', scope, owner)
        return
      case 'CallExpression':
        if (t.isSuper(node.callee)) this.#keywords.push([node.callee, owner])
        return this.#children(node, scope, owner)
      case 'Super':
        return
      case 'AwaitExpression':
        this.#keywords.push([node, owner])
        return this.#walk(node.argument, scope, owner)
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (t.isSuper(node.object)) this.#superMember(node, node.object, scope, owner)
        this.#walk(node.object, scope, owner)
        if (node.computed) this.#walk(node.property, scope, owner)
        return
      case 'ObjectProperty':
        if (node.computed) this.#walk(node.key, scope, owner)
        return this.#walk(node.value, scope, owner)
      case 'LabeledStatement':
        return this.#walk(node.body, scope, owner)
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return
      case 'ExportNamedDeclaration':
        if (node.declaration) this.#walk(node.declaration, scope, owner)
        if (!node.source) {
          for (const specifier of node.specifiers) {
            if (t.isExportSpecifier(specifier)) this.#walk(specifier.local, scope, owner)
          }
        }
        return
      default:
        return this.#children(node, scope, owner)
    }
  }

  #children(node: t.Node, scope: Scope, owner: Owner): void {
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
      if (Array.isArray(child)) {
        for (const item of child) if (item) this.#walk(item, scope, owner)
      } else if (child) this.#walk(child, scope, owner)
    }
  }

  #function(node: FunctionNode, outer: Scope, outerOwner: Owner): void {
    if ((t.isObjectMethod(node) || t.isClassMethod(node)) && node.computed) this.#walk(node.key, outer, outerOwner)
    const owner = this.#enterOwner('function', node, outer, outerOwner)
    const scope = this.#enterScope(node, outer, owner)
    if (t.isFunctionExpression(node) && node.id) this.#declare(scope, 'self', node.id, node, 0)
    for (const parameter of node.params) this.#declarePattern(parameter, 'parameter', scope, parameter)
    const loops = this.#loops
    this.#loops = 0
    const body = this.#functionBodyScope(node, scope, owner)
    for (const parameter of node.params) this.#pattern(parameter, scope, owner, 'declare')
    if (t.isBlockStatement(node.body)) for (const statement of node.body.body) this.#walk(statement, body, owner)
    else this.#walk(node.body, body, owner)
    this.#loops = loops
  }

  /** Where parameters have expressions, these see the parameters, and not the variables of the body. */
  #functionBodyScope({ params, body }: FunctionNode, scope: Scope, owner: Owner): Scope {
    if (!t.isBlockStatement(body)) return scope
    const inner = params.some(hasExpression) ? this.#enterScope(body, scope, owner) : scope
    this.#hoistVars(body.body, inner)
    this.#declareLexical(body.body, inner)
    if (inner !== scope) {
      for (const variable of inner.variables.values()) {
        const parameter = variable.kind === 'var' ? scope.variables.get(variable.name) : undefined
        if (parameter?.kind === 'parameter') variable.startsAs = parameter
      }
    }
    return inner
  }

  #class(node: ClassNode, outer: Scope, outerOwner: Owner): void {
    const lifted = !outer.isProgram || this.#loops > 0
    const owner = lifted ? this.#enterOwner('class', node, outer, outerOwner) : outerOwner
    const scope = this.#enterScope(node, outer, owner)
    if (node.id && (lifted || t.isClassExpression(node))) this.#declare(scope, 'class-self', node.id, node, 0)
    if (node.superClass) this.#walk(node.superClass, scope, owner)
    for (const element of node.body.body) this.#classElement(element, scope, owner)
  }

  #classElement(element: t.ClassBody['body'][number], scope: Scope, owner: Owner): void {
    if (t.isClassMethod(element)) return this.#function(element, scope, owner)
    if (t.isStaticBlock(element)) {
      const own = this.#enterOwner('field', element, scope, owner)
      const block = this.#enterScope(element, scope, own)
      this.#hoistVars(element.body, block)
      this.#declareLexical(element.body, block)
      for (const statement of element.body) this.#walk(statement, block, own)
      return
    }
    if (!t.isClassProperty(element) && !t.isClassAccessorProperty(element)) return
    if (element.computed) this.#walk(element.key, scope, owner)
    if (!element.value) return
    const own = this.#enterOwner('field', element, scope, owner)
    this.#walk(element.value, this.#enterScope(element, scope, own), own)
  }

  #block(node: t.BlockStatement | t.SwitchStatement, items: readonly t.Node[], outer: Scope, owner: Owner): void {
    const scope = this.#enterScope(node, outer, owner)
    this.#declareLexical(
      items.flatMap((item) => (t.isSwitchCase(item) ? item.consequent : [item])),
      scope,
    )
    for (const item of items) this.#walk(item, scope, owner)
  }

  #for(node: t.ForStatement | t.ForInStatement | t.ForOfStatement, outer: Scope, owner: Owner): void {
    const scope = this.#enterScope(node, outer, owner)
    const head = node.type === 'ForStatement' ? node.init : node.left
    if (t.isVariableDeclaration(head)) this.#declareLexical([head], scope)
    this.#loops++
    if (t.isForStatement(node)) {
      for (const part of [node.init, node.test, node.update]) if (part) this.#walk(part, scope, owner)
    } else {
      this.#walk(node.right, scope, owner)
      if (t.isVariableDeclaration(node.left)) this.#walk(node.left, scope, owner)
      else this.#pattern(node.left, scope, owner, 'write')
    }
    this.#walk(node.body, scope, owner)
    this.#loops--
  }

  #catch(node: t.CatchClause, outer: Scope, owner: Owner): void {
    const scope = this.#enterScope(node, outer, owner)
    if (node.param) {
      this.#declarePattern(node.param, 'catch', scope, node.param)
      this.#pattern(node.param, scope, owner, 'declare')
    }
    this.#declareLexical(node.body.body, scope)
    for (const statement of node.body.body) this.#walk(statement, scope, owner)
  }

  /** Walks a target of assignment: identifiers are declared (known already), written, or read and written. */
  #pattern(node: t.Node, scope: Scope, owner: Owner, use: 'declare' | 'write' | 'update'): void {
    switch (node.type) {
      case 'Identifier':
        if (use !== 'declare') return this.#reference(node, node.name, scope, owner, use === 'update', true)
        this.#resolve(node, scope.lookup(node.name))
        return
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (t.isRestElement(property)) this.#pattern(property.argument, scope, owner, use)
          else {
            if (property.computed) this.#walk(property.key, scope, owner)
            this.#pattern(property.value, scope, owner, use)
          }
        }
        return
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.#pattern(element, scope, owner, use)
        return
      case 'AssignmentPattern':
        this.#pattern(node.left, scope, owner, use)
        return this.#walk(node.right, scope, owner)
      case 'RestElement':
        return this.#pattern(node.argument, scope, owner, use)
      default:
        return this.#walk(node, scope, owner)
    }
  }

  #reference(node: t.Identifier, name: string, scope: Scope, owner: Owner, reads: boolean, writes: boolean): void {
    const variable = scope.lookup(name)
    if (variable) return this.#refer({ node, scope, owner, reads, writes }, variable)
    if (name === 'arguments') return this.#special(node, 'arguments', scope, owner)
    this.#globals.push([name, owner])
  }

  /** `this` and its like belong to the nearest function that is no arrow. */
  #special(node: t.Node, kind: 'this' | 'arguments' | 'new.target', scope: Scope, owner: Owner): void {
    let holder = owner
    while ((holder.isArrow || holder.kind === 'class') && holder.parent) holder = holder.parent
    if (holder.kind === 'program') return
    const home = holder.scope
    let variable = home.variables.get(kind)
    if (!variable) home.variables.set(kind, (variable = new Variable(kind, kind, home, null)))
    this.#refer({ node, scope, owner, reads: true, writes: false }, variable)
  }

  /**
   * `super` works by itself in plain methods. Code that is taken out of its method, as arrows and `async` methods are, finds
   * the base by way of the class, and needs `this` too.
   */
  #superMember(
    member: t.MemberExpression | t.OptionalMemberExpression,
    node: t.Super,
    scope: Scope,
    owner: Owner,
  ): void {
    this.#keywords.push([node, owner])
    if (!owner.isArrow && !owner.isAsync) return
    const holder = superHolder(owner)
    const home = holder.definedIn
    if (!home || !t.isClass(home.node)) return
    this.#refer({ node, scope, owner, reads: true, writes: false }, classVariable(home))
    const self = t.thisExpression()
    member.extra = { ...member.extra, self }
    this.#special(self, 'this', scope, owner)
  }

  #refer(reference: Reference, variable: Variable): void {
    variable.references.push(reference)
    this.#resolve(reference.node, variable)
    this.#references.set(reference.node, reference)
  }

  #resolve(node: t.Node, variable: Variable | undefined): void {
    if (variable) this.#variables.set(node, variable)
  }

  #enterOwner(kind: Owner['kind'], node: t.Node, definedIn: Scope, parent: Owner): Owner {
    const owner = new Owner(kind, node, parent, definedIn, this.#loops > 0)
    this.#owners.set(node, owner)
    return owner
  }

  #enterScope(node: t.Node, parent: Scope, owner: Owner): Scope {
    const scope = new Scope(node, parent, owner)
    this.#scopes.set(node, scope)
    return scope
  }

  #declareLexical(statements: readonly t.Node[], scope: Scope): void {
    for (const statement of statements) {
      const node =
        t.isExportNamedDeclaration(statement) || t.isExportDefaultDeclaration(statement)
          ? statement.declaration
          : statement
      if (t.isVariableDeclaration(node) && node.kind !== 'var') {
        const kind = node.kind === 'let' ? 'let' : 'const'
        for (const declarator of node.declarations) this.#declarePattern(declarator.id, kind, scope, declarator)
      } else if (t.isClassDeclaration(node) && node.id) this.#declare(scope, 'class', node.id, node, 0)
      else if (t.isFunctionDeclaration(node) && node.id) this.#declare(scope, 'function', node.id, node, 0)
      else if (t.isImportDeclaration(node)) {
        for (const { local } of node.specifiers) this.#declare(scope, 'import', local, node, 0)
      }
    }
  }

  /** Declares the `var`s of these statements and of what they contain, functions and classes excepted. */
  #hoistVars(nodes: readonly t.Node[], scope: Scope): void {
    for (const node of nodes) {
      if (t.isFunction(node) || t.isClass(node) || t.isExpression(node)) continue
      if (t.isVariableDeclaration(node) && node.kind === 'var') {
        for (const declarator of node.declarations) this.#declarePattern(declarator.id, 'var', scope, declarator)
      }
      for (const key of t.VISITOR_KEYS[node.type] ?? []) {
        const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
        if (Array.isArray(child))
          this.#hoistVars(
            child.filter((item): item is t.Node => item !== null),
            scope,
          )
        else if (child) this.#hoistVars([child], scope)
      }
    }
  }

  #declarePattern(node: t.Node, kind: VariableKind, scope: Scope, declarator: t.Node, elementEnd = 0): void {
    switch (node.type) {
      case 'Identifier':
        return this.#declare(scope, kind, node, declarator, elementEnd || (node.end ?? 0))
      case 'ObjectPattern':
        for (const property of node.properties) {
          this.#declarePattern(t.isRestElement(property) ? property : property.value, kind, scope, declarator)
        }
        return
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.#declarePattern(element, kind, scope, declarator)
        return
      case 'AssignmentPattern':
        return this.#declarePattern(node.left, kind, scope, declarator, node.end ?? 0)
      case 'RestElement':
        return this.#declarePattern(node.argument, kind, scope, declarator)
      default:
        throw new Error(`a declaration can't contain ${node.type}`)
    }
  }

  /** A `var` that repeats a parameter, a function or another `var` is the same variable. */
  #declare(scope: Scope, kind: VariableKind, identifier: t.Identifier, declarator: t.Node, elementEnd: number): void {
    const known = scope.variables.get(identifier.name)
    const keeps = known && (kind === 'var' || kind === 'function') && known.kind !== 'self'
    const variable = keeps ? known : new Variable(identifier.name, kind, scope, { identifier, declarator, elementEnd })
    if (!keeps) scope.variables.set(identifier.name, variable)
    if (kind !== 'class-self') this.#variables.set(identifier, variable)
  }
}

/** The method or field initializer that `super` in `owner` belongs to. */
export function superHolder(owner: Owner): Owner {
  let holder = owner
  while (holder.isArrow && holder.parent) holder = holder.parent
  return holder
}

/** The class itself as a variable of its scope: its own name's, or one without a name. */
function classVariable(scope: Scope): Variable {
  for (const variable of scope.variables.values()) if (variable.kind === 'class-self') return variable
  const variable = new Variable('(class)', 'class-self', scope, null)
  variable.emitted = '$class'
  scope.variables.set(variable.name, variable)
  return variable
}

/** Does a parameter contain something to evaluate? */
function hasExpression(parameter: t.Node): boolean {
  switch (parameter.type) {
    case 'AssignmentPattern':
      return true
    case 'RestElement':
      return hasExpression(parameter.argument)
    case 'ArrayPattern':
      return parameter.elements.some((element) => element !== null && hasExpression(element))
    case 'ObjectPattern':
      return parameter.properties.some((item) =>
        t.isRestElement(item) ? hasExpression(item.argument) : item.computed || hasExpression(item.value),
      )
    default:
      return false
  }
}
