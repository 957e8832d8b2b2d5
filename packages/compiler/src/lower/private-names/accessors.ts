import * as t from '@babel/types'
import { assign, at, id } from '../syntax.js'

/** Replaces the accessor fields of a program, whose names are not computed; types are still there. */
export function expandAccessors(program: t.Program): void {
  t.traverseFast(program, (node) => {
    if (!t.isClassBody(node) || !node.body.some((element) => t.isClassAccessorProperty(element))) return
    const taken = new Set<string>()
    t.traverseFast(node, (inner) => void (t.isIdentifier(inner) && taken.add(inner.name)))
    node.body = node.body.flatMap((element) => {
      if (!t.isClassAccessorProperty(element)) return [element]
      return element.abstract || element.declare ? [] : accessorParts(element, taken)
    })
  })
}

/** The members that `accessor name = value` stands for: a private field, a getter and a setter. */
function accessorParts(node: t.ClassAccessorProperty, taken: Set<string>): t.ClassBody['body'] {
  const { key } = node
  const isStatic = node.static === true
  const storage = storageName(key, taken)
  const value = node.value ?? null
  if (value && isAnonymous(value)) value.extra = { ...value.extra, givenName: nameOf(key) }
  const stored = (): t.MemberExpression => t.memberExpression(t.thisExpression(), privateName(storage))
  const method = (kind: 'get' | 'set', params: t.Identifier[], statement: t.Statement): t.ClassBody['body'][number] => {
    const body = t.blockStatement([statement])
    if (t.isPrivateName(key)) return at(t.classPrivateMethod(kind, t.cloneNode(key), params, body, isStatic), node)
    return at(t.classMethod(kind, t.cloneNode(key), params, body, node.computed, isStatic), node)
  }
  return [
    at(t.classPrivateProperty(privateName(storage), value, [], isStatic), node),
    method('get', [], t.returnStatement(stored())),
    method('set', [id('value')], t.expressionStatement(assign(stored(), id('value')))),
  ]
}

const privateName = (name: string): t.PrivateName => t.privateName(id(name))

function storageName(key: t.Node, taken: Set<string>): string {
  const wanted = `${nameOf(key).replace(/[^\w$]/g, '_')}_accessor`
  let name = wanted
  for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`
  taken.add(name)
  return name
}

function nameOf(key: t.Node): string {
  if (t.isPrivateName(key)) return `#${key.id.name}`
  if (t.isIdentifier(key)) return key.name
  return t.isStringLiteral(key) || t.isNumericLiteral(key) ? String(key.value) : ''
}

const isAnonymous = (node: t.Expression): boolean =>
  t.isArrowFunctionExpression(node) || ((t.isFunctionExpression(node) || t.isClassExpression(node)) && !node.id)
