import * as t from '@babel/types'
import { isOfObjects, isPlain, isPrivate, storeOf, type PrivateElement } from '../private-names/stores.js'
import { assign, call, id, member, none, property, run, text, type ClassNode } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

type Element = t.ClassBody['body'][number]

/** Private members that are put on an object in one step, at one place among its public fields. */
export interface Store {
  readonly variable: string
  readonly elements: PrivateElement[]
}

/**
 * Puts the private members of objects into classes of their own around the class: _stores_, which put them on an object that
 * exists already. In its body everything stays as it was, and the class runs its stores where the members stood.
 * The reasons are in `docs/decisions/0006-private-names.md`.
 */
export class PrivateStores {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** Takes the private members of objects out of a class; `first` is the variable that the first store is to have. */
  take(node: ClassNode, first: string | undefined): Store[] {
    const stores: Store[] = []
    const rest: Element[] = []
    const storeFor = (number: number): Store => {
      let store = stores[number]
      if (!store) {
        const own = number === 0 ? first : undefined
        stores.push((store = { variable: own ?? this.#module.captures.fresh('s'), elements: [] }))
        rest.push(hook(store))
      }
      return store
    }
    const members = node.body.body.filter(isOfObjects)
    if (members.some((member) => t.isClassPrivateMethod(member))) storeFor(0)
    for (const element of node.body.body) {
      if (isOfObjects(element)) storeFor(storeOf(element)).elements.push(element)
      else rest.push(element)
    }
    node.body.body = rest
    return stores
  }

  /** The expression that makes the class within its stores. */
  around(made: t.Expression, stores: readonly Store[], name: string | undefined): t.Expression {
    return stores.reduceRight<t.Expression>((inner, { variable, elements }) => {
      const body = t.classBody([
        ...elements.map(guarded),
        t.staticBlock([run(assign(variable, t.thisExpression()))]),
        t.classProperty(id('$class'), inner, null, null, false, true),
      ])
      // The engine's errors name the class of a method's brand; but in its elements the name must mean the class.
      const own = name !== undefined && !elements.some((element) => mentions(element, name)) ? id(name) : null
      const store = t.classExpression(own, this.#module.output.helper('$Same'), body)
      return member(store, '$class')
    }, made)
  }

  /** `$r.privates(this, { … })`: what the class says of its private names. `null` if it has none to speak of. */
  registration(
    node: ClassNode,
    stores: readonly Store[],
    used: ReadonlySet<string>,
    isLocal: boolean,
  ): t.Expression | null {
    const statics = node.body.body.filter(isPrivate).filter((element) => element.static === true)
    if (stores.length === 0 && statics.length === 0) return null
    const fields = statics.filter((element) => t.isClassPrivateProperty(element))
    const parts = [property('names', t.objectExpression([...used].map((name) => property(name, access(name)))))]
    if (stores.length > 0) parts.push(property('stores', t.arrayExpression(stores.map(description))))
    if (isLocal && fields.length > 0) parts.push(property('statics', staticsOf(fields)))
    const methods = [...(stores[0]?.elements ?? []), ...statics].filter((element) =>
      t.isClassPrivateMethod(element, { kind: 'method' }),
    )
    if (methods.length > 0) parts.push(property('methods', methodsOf(methods)))
    return call(member('$r', 'privates'), t.thisExpression(), t.objectExpression(parts))
  }
}

/** Has it private members that are its objects'? */
export const hasObjectPrivates = ({ body }: ClassNode): boolean => body.body.some(isOfObjects)

const nameOf = ({ key }: PrivateElement): string => key.id.name

const privateName = (name: string): t.PrivateName => t.privateName(id(name))
const privateOf = (object: t.Expression, name: string): t.MemberExpression =>
  t.memberExpression(object, privateName(name))

/** A field that has the store put its members on the object. It is one that the program can't see. */
function hook({ variable }: Store): t.ClassPrivateProperty {
  const put = t.unaryExpression('void', t.newExpression(id(variable), [t.thisExpression()]))
  return t.classPrivateProperty(privateName(variable), put)
}

/** A member, the initializer of which does not run while private state is being put back. */
function guarded(element: PrivateElement): PrivateElement {
  if (!t.isClassPrivateProperty(element) || !element.value || isPlain(element.value)) return element
  element.value = t.conditionalExpression(member('$r', 'restoring'), none(), element.value)
  return element
}

/** `{ get: (o) => o.#x, set: (o, v) => o.#x = v, has: (o) => #x in o }`. */
function access(name: string): t.Expression {
  const [object, value] = [id('o'), id('v')]
  return t.objectExpression([
    property('get', t.arrowFunctionExpression([object], privateOf(object, name))),
    property('set', t.arrowFunctionExpression([object, value], assign(privateOf(object, name), value))),
    property('has', t.arrowFunctionExpression([object], hasPrivate(object, name))),
  ])
}

const hasPrivate = (object: t.Expression, name: string): t.Expression =>
  t.binaryExpression('in', privateName(name), object)

function description({ variable, elements }: Store): t.Expression {
  const [first] = elements
  if (!first) throw new Error('a store has members')
  const fields = elements.filter((element) => t.isClassPrivateProperty(element)).map(nameOf)
  const [object, values] = [id('o'), id('v')]
  const read = t.conditionalExpression(
    hasPrivate(object, fields[0] ?? nameOf(first)),
    t.arrayExpression(fields.map((name) => privateOf(object, name))),
    t.nullLiteral(),
  )
  return t.objectExpression([
    property('store', id(variable)),
    property('fields', namesOf(fields)),
    property('read', t.arrowFunctionExpression([object], read)),
    property('write', t.arrowFunctionExpression([object, values], written(object, fields, values))),
  ])
}

function staticsOf(elements: readonly PrivateElement[]): t.Expression {
  const fields = elements.map(nameOf)
  const self = t.thisExpression()
  const values = id('v')
  return t.objectExpression([
    property('fields', namesOf(fields)),
    property('read', t.arrowFunctionExpression([], t.arrayExpression(fields.map((name) => privateOf(self, name))))),
    property('write', t.arrowFunctionExpression([values], written(self, fields, values))),
  ])
}

const namesOf = (fields: readonly string[]): t.Expression => t.arrayExpression(fields.map((name) => text(`#${name}`)))

/** `{ [o.#x, o.#y] = v }`. */
function written(object: t.Expression, fields: readonly string[], values: t.Identifier): t.BlockStatement {
  const targets = fields.map((name) => privateOf(object, name))
  return t.blockStatement(fields.length === 0 ? [] : [run(assign(t.arrayPattern(targets), values))])
}

function methodsOf(elements: readonly PrivateElement[]): t.Expression {
  const object = id('o')
  const methods = elements.map((element) =>
    property(nameOf(element), privateOf(element.static ? t.thisExpression() : object, nameOf(element))),
  )
  return t.arrowFunctionExpression([object], t.objectExpression(methods))
}

/** Does an identifier of this name occur? */
function mentions(node: t.Node, name: string): boolean {
  let found = false
  t.traverseFast(node, (inner) => void (found ||= t.isIdentifier(inner, { name })))
  return found
}
