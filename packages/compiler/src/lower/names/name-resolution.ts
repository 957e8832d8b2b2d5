import * as t from '@babel/types'
import { Variable, superHolder, type Owner, type Reference, type Scope } from './scopes.js'

/**
 * Finds the variable that each reference means, once the scopes around it know what they declare.
 */
export class NameResolution {
  readonly variables: Map<t.Node, Variable>
  readonly references = new Map<t.Node, Reference>()
  readonly globals: [string, Owner][] = []
  readonly keywords: [t.Node, Owner][] = []

  constructor(variables: Map<t.Node, Variable>) {
    this.variables = variables
  }

  /** Notes a `super` or an `await`. */
  keyword(node: t.Node, owner: Owner): void {
    this.keywords.push([node, owner])
  }

  /** An identifier that is read, written or both. */
  reference(node: t.Identifier, name: string, scope: Scope, owner: Owner, reads: boolean, writes: boolean): void {
    const variable = scope.lookup(name)
    if (variable) return this.#refer({ node, scope, owner, reads, writes }, variable)
    if (name === 'arguments') return this.special(node, 'arguments', scope, owner)
    this.globals.push([name, owner])
  }

  /** `this` and its like belong to the nearest function that is no arrow. */
  special(node: t.Node, kind: 'this' | 'arguments' | 'new.target', scope: Scope, owner: Owner): void {
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
  superMember(
    member: t.MemberExpression | t.OptionalMemberExpression,
    node: t.Super,
    scope: Scope,
    owner: Owner,
  ): void {
    this.keywords.push([node, owner])
    const holder = superHolder(owner)
    const home = holder.definedIn
    if (!home || !(t.isClass(home.node) || isHomed(home.node))) return
    if (t.isClass(home.node) && holder === owner && !owner.isResumable && !isKeptByStore(owner.node)) return
    this.#refer({ node, scope, owner, reads: true, writes: false }, classVariable(home))
    const self = t.thisExpression()
    member.extra = { ...member.extra, self }
    this.special(self, 'this', scope, owner)
  }

  /** `super()`, which code outside of the constructor has the constructor do. */
  superCall(node: t.Super, owner: Owner): void {
    this.keywords.push([node, owner])
    if (!owner.isArrow) return
    const { scope } = superHolder(owner)
    let caller = scope.variables.get(SUPER_CALL)
    if (!caller) scope.variables.set(SUPER_CALL, (caller = new Variable(SUPER_CALL, 'super()', scope, null)))
    caller.emitted = '$super'
    this.#refer({ node, scope, owner, reads: true, writes: false }, caller)
    this.special(t.thisExpression(), 'this', scope, owner)
  }

  /** A class that `node` needs. */
  classOf(node: t.Node, home: Scope, scope: Scope, owner: Owner): void {
    this.#refer({ node, scope, owner, reads: true, writes: false }, classVariable(home))
  }

  /** Notes which variable an identifier means. */
  resolve(node: t.Node, variable: Variable | undefined): void {
    if (variable) this.variables.set(node, variable)
  }

  #refer(reference: Reference, variable: Variable): void {
    variable.references.push(reference)
    this.resolve(reference.node, variable)
    this.references.set(reference.node, reference)
  }
}

/** How arrows call `super()`: by way of a function that the constructor leaves in its environment. */
const SUPER_CALL = 'super()'

/** Is it a private member of objects, which a store puts on them, so that it stands in another class than its own? */
const isKeptByStore = (node: t.Node): boolean =>
  (t.isClassPrivateMethod(node) || t.isClassPrivateProperty(node)) && node.static !== true

/** Is it an object literal whose methods are taken out of it, and find the base of the object by way of a variable? */
const isHomed = (node: t.Node): boolean => t.isObjectExpression(node) && node.extra?.['homed'] === true

/** Notes that a literal is such a one. */
export function home(literal: t.ObjectExpression): void {
  literal.extra = { ...literal.extra, homed: true }
}

/** The class itself, or the object of a literal, as a variable of its scope: its own name's, or one without a name. */
function classVariable(scope: Scope): Variable {
  for (const variable of scope.variables.values()) if (variable.kind === 'class-self') return variable
  const variable = new Variable('(class)', 'class-self', scope, null)
  variable.emitted = '$class'
  scope.variables.set(variable.name, variable)
  return variable
}
