import * as t from '@babel/types'
import { assign, at, id, isNullish, none, type ClassNode } from '../syntax.js'
import { numberStores, sees } from './stores.js'
import { isPrivateMember, leaves, receives } from './uses.js'

type FunctionLike = t.Function | t.StaticBlock | t.ClassProperty | t.ClassPrivateProperty

interface OpenClass {
  readonly node: ClassNode
  readonly names: ReadonlySet<string>
}

/**
 * Prepares a module's private names: finds the uses that leave their class, and brings them into forms that need their object
 * once, or twice where that changes nothing.
 */
export function preparePrivateNames(program: t.Program): void {
  let isNeeded = false
  const taken = new Set<string>()
  t.traverseFast(program, (node) => {
    if (t.isPrivateName(node)) isNeeded = true
    if (t.isIdentifier(node)) taken.add(node.name)
  })
  if (isNeeded) new Preparation(taken).children(program)
}

class Preparation {
  readonly #taken: Set<string>
  readonly #classes: OpenClass[] = []
  /** The nearest function around this place, or what runs like one. */
  #function: FunctionLike | null = null
  #inParameters = false
  #temporaries: string[] = []

  constructor(taken: Set<string>) {
    this.#taken = taken
  }

  /** Prepares every child of `node`. */
  children(node: t.Node): void {
    for (const key of t.VISITOR_KEYS[node.type] ?? []) this.#child(node, key)
  }

  #child(node: t.Node, key: string): void {
    const holder = node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>
    const child = holder[key]
    if (Array.isArray(child)) holder[key] = child.map((item) => item && this.#node(item))
    else if (child) holder[key] = this.#node(child)
  }

  #node(node: t.Node): t.Node {
    if (t.isClass(node)) return this.#class(node)
    if (t.isFunction(node)) return this.#functionLike(node)
    switch (node.type) {
      case 'StaticBlock':
      case 'ClassProperty':
      case 'ClassPrivateProperty':
        return this.#functionLike(node)
      case 'PrivateName':
        return node
      case 'ReturnStatement':
        this.children(node)
        if (node.argument && isAsync(this.#function)) markDirect(node.argument)
        return node
      case 'BinaryExpression':
        if (t.isPrivateName(node.left)) this.#use(node.left)
        break
      case 'UnaryExpression':
        if (node.operator !== 'delete' || !this.#isSplit(node.argument)) break
        return this.#split(node.argument, t.booleanLiteral(true), (rest) => {
          node.argument = rest
          return node
        })
      case 'OptionalMemberExpression':
      case 'OptionalCallExpression':
        if (this.#isSplit(node)) return this.#split(node, none())
        break
      case 'AwaitExpression':
        this.children(node)
        markDirect(node.argument)
        return node
      case 'CallExpression':
        if (t.isOptionalMemberExpression(node.callee) && this.#isSplit(node.callee)) {
          node.callee = this.#parenthesized(node.callee, node)
          this.#child(node, 'arguments')
          return node
        }
        this.#called(node.callee)
        break
      case 'TaggedTemplateExpression':
        if (t.isOptionalMemberExpression(node.tag) && this.#isSplit(node.tag)) {
          node.tag = this.#parenthesized(node.tag, node)
          this.#child(node, 'quasi')
          return node
        }
        this.#called(node.tag)
        break
      case 'AssignmentPattern':
        if (this.#inParameters) node.right = this.#outOfParameters(node.right)
        break
      case 'ObjectProperty':
        if (this.#inParameters && node.computed) node.key = this.#outOfParameters(node.key as t.Expression)
        break
      default:
        break
    }
    if (isPrivateMember(node)) this.#use(node.property)
    this.children(node)
    return node
  }

  #class(node: ClassNode): t.Node {
    const names = new Set(node.body.body.flatMap((item) => ('key' in item && t.isPrivateName(item.key) ? item.key.id.name : []))) // prettier-ignore
    numberStores(node)
    this.#classes.push({ node, names })
    this.children(node)
    this.#classes.pop()
    return node
  }

  /** The key of a member is evaluated outside of it. */
  #functionLike(node: FunctionLike): t.Node {
    if ('key' in node && 'computed' in node && node.computed) this.#child(node, 'key')
    const outer = { fn: this.#function, inParameters: this.#inParameters, temporaries: this.#temporaries }
    this.#function = node
    this.#temporaries = []
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      this.#inParameters = key === 'params'
      if (key !== 'key') this.#child(node, key)
    }
    if (this.#temporaries.length > 0) declare(node, this.#temporaries)
    this.#function = outer.fn
    this.#inParameters = outer.inParameters
    this.#temporaries = outer.temporaries
    return node
  }

  /** Notes a use that leaves its class. */
  #use(name: t.PrivateName): void {
    const home = this.#homeOf(name)
    if (home) leaves(name, home)
  }

  /** The class of a name whose use is not in the place where the class has it; `null` if it is. */
  #homeOf(name: t.PrivateName): ClassNode | null {
    const home = this.#classes.findLast(({ names }) => names.has(name.id.name))?.node
    if (!home) throw new Error(`#${name.id.name} is not declared`)
    return staysInClass(this.#function, home, name.id.name) ? null : home
  }

  // ---------------------------------------------------------------- calls

  /** A method's object is evaluated once, and used twice. */
  #called(callee: t.Node): void {
    if (!isPrivateMember(callee) || !this.#homeOf(callee.property)) return
    receives(
      callee,
      this.#twice(callee.object, (object) => (callee.object = object)),
    )
  }

  /** `(a?.#b)` as what `call` calls: the object of the last link is the receiver. */
  #parenthesized(callee: t.OptionalMemberExpression, call: t.Node): t.Expression {
    return this.#split(callee, none(), (rest) => {
      if (!t.isMemberExpression(rest) && !t.isOptionalMemberExpression(rest))
        throw new Error('a chain ends in its last link')
      const receiver = this.#twice(rest.object, (object) => (rest.object = object))
      call.extra = { ...call.extra, receiver }
      return rest
    })
  }

  /** Parameters have no place for temporaries: what needs some is evaluated by a function of its own. `await` and `yield` can't be in it. */
  #outOfParameters(node: t.Expression): t.Expression {
    if (!this.#needsTemporary(node)) return node
    return at(t.callExpression(at(t.arrowFunctionExpression([], node), node), []), node)
  }

  #needsTemporary(node: t.Node): boolean {
    let found = false
    t.traverseFast(node, (inner) => {
      if (t.isFunction(inner) || t.isClass(inner)) return t.traverseFast.skip
      const callee = t.isCallExpression(inner) ? inner.callee : t.isTaggedTemplateExpression(inner) ? inner.tag : null
      found ||= this.#isSplit(inner) || (isPrivateMember(callee) && this.#homeOf(callee.property) !== null)
      return undefined
    })
    return found
  }

  /** Has `object` evaluated to something that is found again as what is returned. */
  #twice(object: t.Expression, put: (object: t.Expression) => void): t.Expression {
    if (t.isThisExpression(object) || t.isIdentifier(object)) return t.cloneNode(object)
    const name = this.#temporary(object)
    put(at(assign(name, object), object))
    return at(id(name), object)
  }

  #temporary(origin: t.Node): string {
    if (this.#inParameters) throw new Error(`a ${origin.type} is left in parameters`)
    let number = 1
    while (this.#taken.has(`$o${number}`)) number++
    const name = `$o${number}`
    this.#taken.add(name)
    this.#temporaries.push(name)
    return name
  }

  // ---------------------------------------------------------------- optional chains

  /** Is it an optional chain that must be taken apart, because private names in it leave their class? */
  #isSplit(node: t.Node): node is Chain {
    for (let link: t.Node = node; isLink(link); link = inside(link)) {
      if (isPrivateMember(link) && this.#homeOf(link.property)) return true
      const before = inside(link)
      if (t.isOptionalCallExpression(link) && isPrivateMember(before) && this.#homeOf(before.property)) return true
    }
    return false
  }

  /** `a?.#b` as `a == null ? void 0 : a.#b`; what remains is prepared in turn. */
  #split(
    chain: Chain,
    shortcut: t.Expression,
    finish: (rest: t.Expression) => t.Expression = (rest) => rest,
  ): t.Expression {
    let first: Chain = chain
    for (let link: t.Node = chain; isLink(link); link = inside(link)) if (link.optional) first = link
    const { value, head } = this.#head(first)
    const rest = finish(rebuilt(chain, first, head))
    return this.#node(at(t.conditionalExpression(isNullish(value), shortcut, rest), chain)) as t.Expression
  }

  /** What decides whether the chain goes on, and its first link if it does. */
  #head(first: Chain): { value: t.Expression; head: t.Expression } {
    if (t.isOptionalMemberExpression(first)) {
      let value = first.object
      const again = this.#twice(value, (object) => (value = object))
      return { value, head: at(t.memberExpression(again, first.property, first.computed), first) }
    }
    const callee = first.callee
    const name = this.#temporary(callee)
    const value = assign(name, callee)
    if (!t.isMemberExpression(callee)) return { value, head: at(t.callExpression(id(name), first.arguments), first) }
    const receiver = t.isSuper(callee.object)
      ? at(t.thisExpression(), callee)
      : this.#twice(callee.object, (object) => (callee.object = object))
    const call = at(t.callExpression(id(name), first.arguments), first)
    call.extra = { ...call.extra, receiver }
    return { value, head: call }
  }
}

type Chain = t.OptionalMemberExpression | t.OptionalCallExpression

const isLink = (node: t.Node): node is Chain => t.isOptionalMemberExpression(node) || t.isOptionalCallExpression(node)

const inside = (link: Chain): t.Expression => (t.isOptionalMemberExpression(link) ? link.object : link.callee)

/** The chain with `head` in the place of `first`. */
function rebuilt(link: Chain, first: Chain, head: t.Expression): t.Expression {
  if (link === first) return head
  const before = rebuilt(inside(link) as Chain, first, head)
  const stays = link.optional || isLink(before)
  if (t.isOptionalMemberExpression(link)) {
    const { property, computed } = link
    if (stays) return { ...link, object: before }
    return at(t.memberExpression(before, property, computed), link)
  }
  if (stays) return { ...link, callee: before }
  return at(t.callExpression(before, link.arguments), link)
}

/** Does the code of `fn` stay where it sees the name? So do members that are neither `async` nor generators. */
function staysInClass(fn: FunctionLike | null, home: ClassNode, name: string): boolean {
  const member = home.body.body.find((element) => element === fn)
  if (!member || !sees(home, member, name)) return false
  return !('async' in member && (member.async || member.generator))
}

const isAsync = (fn: FunctionLike | null): boolean => fn !== null && 'async' in fn && fn.async === true

/** Notes that what is called here may be called by the direct protocol. */
function markDirect(node: t.Expression): void {
  if (t.isConditionalExpression(node)) {
    markDirect(node.consequent)
    markDirect(node.alternate)
  }
  if (t.isCallExpression(node)) node.extra = { ...node.extra, direct: true }
}

function declare(fn: FunctionLike, names: readonly string[]): void {
  const declaration = t.variableDeclaration('let', names.map((name) => t.variableDeclarator(id(name)))) // prettier-ignore
  if (!('body' in fn) || Array.isArray(fn.body)) throw new Error(`a ${fn.type} stays in its class`)
  if (t.isBlockStatement(fn.body)) fn.body.body.unshift(declaration)
  else fn.body = t.blockStatement([declaration, at(t.returnStatement(fn.body), fn.body)])
}
