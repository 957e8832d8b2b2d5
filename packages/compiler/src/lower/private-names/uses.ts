import * as t from '@babel/types'
import type { ClassNode } from '../syntax.js'

/**
 * What is known about uses of private names that leave their class, because the function that they stand in is taken out
 * of it: noted on the nodes, before scopes are analyzed.
 */

/** `object.#name`. */
export type PrivateMember = (t.MemberExpression | t.OptionalMemberExpression) & { property: t.PrivateName }

export const isPrivateMember = (node: t.Node | null | undefined): node is PrivateMember =>
  (t.isMemberExpression(node) || t.isOptionalMemberExpression(node)) && t.isPrivateName(node.property)

/** The class whose private name this is, if the use leaves it. */
export const homeOf = (name: t.PrivateName): ClassNode | undefined => name.extra?.['home'] as ClassNode | undefined

export function leaves(name: t.PrivateName, home: ClassNode): void {
  name.extra = { ...name.extra, home }
}

/** `object.#name` in code that leaves the class. */
export const isTakenOut = (node: t.Node | null | undefined): node is PrivateMember =>
  isPrivateMember(node) && homeOf(node.property) !== undefined

/** What a call of `object.#name` has as its `this`: evaluated after `object`, and giving the same. */
export const receiverOf = (node: t.Node): t.Expression | undefined =>
  node.extra?.['receiver'] as t.Expression | undefined

export function receives(node: PrivateMember, receiver: t.Expression): void {
  node.extra = { ...node.extra, receiver }
}
