import * as t from '@babel/types'
import type { FunctionNode } from '../syntax.js'

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
  /** What calls the base's constructor for the arrows of a constructor. */
  | 'super()'

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

  /** Can it be suspended and resumed? So it is for `async` functions and for generators. */
  get isResumable(): boolean {
    return this.isAsync || this.isGenerator
  }

  get isGenerator(): boolean {
    return this.kind === 'function' && (this.node as { generator?: boolean }).generator === true
  }

  get isAsync(): boolean {
    return this.kind === 'function' && (this.node as FunctionNode).async === true
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

/** The method or field initializer that `super` in `owner` belongs to. */
export function superHolder(owner: Owner): Owner {
  let holder = owner
  while (holder.isArrow && holder.parent) holder = holder.parent
  return holder
}
