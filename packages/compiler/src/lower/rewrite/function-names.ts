import * as t from '@babel/types'
import { at, id, isFunctionNode, text, type ClassNode, type FunctionNode } from '../syntax.js'

/**
 * Which names functions and classes have, and the forms that give them these.
 */

/** What an anonymous function takes as its name when it is assigned to `target`: none in `(target) = …`. */
export const nameFor = (target: t.Node): string =>
  t.isIdentifier(target) && target.extra?.['parenthesized'] !== true ? target.name : ''

export function nameOf(node: FunctionNode, given: string): string {
  return (t.isFunctionDeclaration(node) || t.isFunctionExpression(node)) && node.id ? node.id.name : given
}

export function keyName(node: t.Node): string {
  if (t.isIdentifier(node)) return node.name
  if (t.isPrivateName(node)) return `#${node.id.name}`
  if (t.isStringLiteral(node)) return node.value
  if (t.isNumericLiteral(node)) return String(node.value)
  return t.isBigIntLiteral(node) ? String(BigInt(node.value)) : ''
}

/** Has the class a static member that stands for the name that its place would give it? */
export const hasStaticName = ({ body }: ClassNode): boolean =>
  body.body.some(
    (element) => 'static' in element && element.static && 'key' in element && keyName(element.key) === 'name',
  )

/** Is it an anonymous function or class, which is called by the key that it stands under? */
export const takesName = (node: t.Expression): boolean =>
  t.isClassExpression(node) ? !node.id && !hasStaticName(node) : isFunctionNode(node) && !('id' in node && node.id)

export const memberKey = (node: t.Node): t.Expression => (t.isIdentifier(node) ? node : text(keyName(node)))

export const isComputed = (name: string): boolean => name === '__proto__'

export const key = (name: string): t.Identifier | t.StringLiteral =>
  t.isValidIdentifier(name, false) && !isComputed(name) ? id(name) : text(name)

/** `({ name(…) { … } }).name`: a function that is no constructor. */
export function methodOf(method: t.ObjectMethod, name: string): t.Expression {
  const own = key(name)
  return at(t.memberExpression(t.objectExpression([method]), own, !t.isIdentifier(own)), method)
}

/** An anonymous function or class with the name that its place would give it. */
export function named(node: t.Expression, name: string): t.Expression {
  const own = key(name)
  const computed = isComputed(name)
  return t.memberExpression(t.objectExpression([t.objectProperty(own, node, computed)]), own, !t.isIdentifier(own))
}
