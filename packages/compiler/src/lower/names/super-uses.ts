import * as t from '@babel/types'

/**
 * Where the methods of an object literal use `super`.
 */

/** Does the code of a method itself, arrows in it included, use `super`? */
export const usesSuper = (method: t.ObjectMethod): boolean => finds(method, () => true)

/** Is there a use of `super` in the method that is taken out of it? */
export const leavesLiteral = (method: t.Node): boolean =>
  t.isObjectMethod(method) && (method.async || method.generator || finds(method, (isInArrow) => isInArrow))

/** Is there a use of `super` that belongs to this method and of which `matches` says so? */
function finds(method: t.ObjectMethod, matches: (isInArrow: boolean) => boolean): boolean {
  let found = false
  const look = (node: t.Node, isInArrow: boolean): void => {
    if (t.isSuper(node)) found ||= matches(isInArrow)
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      if (!found) for (const child of childrenOf(node, key)) lookInto(child, node, key, isInArrow)
    }
  }
  // Functions and classes within have a `super` of their own, but for their keys and the base of a class.
  const lookInto = (child: t.Node, parent: t.Node, key: string, isInArrow: boolean): void => {
    const isOwnCode = t.isMethod(parent) || t.isProperty(parent) ? key === 'key' : true
    const isInObject = t.isObjectProperty(parent)
    if (t.isFunctionExpression(child) || t.isFunctionDeclaration(child) || t.isStaticBlock(child)) return
    if (isOwnCode || isInObject) look(child, isInArrow || t.isArrowFunctionExpression(child))
  }
  for (const part of [...method.params, method.body]) look(part, false)
  return found
}

function childrenOf(node: t.Node, key: string): t.Node[] {
  const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
  if (Array.isArray(child)) return child.filter((item) => item !== null)
  return child ? [child] : []
}
