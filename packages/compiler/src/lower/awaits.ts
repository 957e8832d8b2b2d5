import * as t from '@babel/types'

const known = new WeakMap<t.Node, boolean>()

/** Does evaluating `node` come to an `await` or `yield`, functions inside of it aside? */
export function hasAwait(node: t.Node | null | undefined): boolean {
  if (!node) return false
  let answer = known.get(node)
  if (answer === undefined) known.set(node, (answer = findAwait(node)))
  return answer
}

function findAwait(node: t.Node): boolean {
  if (t.isAwaitExpression(node) || t.isYieldExpression(node)) return true
  if (t.isFunction(node)) return false
  for (const key of t.VISITOR_KEYS[node.type] ?? []) {
    const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
    if (Array.isArray(child) ? child.some(hasAwait) : hasAwait(child)) return true
  }
  return false
}
