import * as t from '@babel/types'
import { hasAwait } from './awaits.js'
import { at, id } from './syntax.js'

/**
 * Class expressions whose base or computed keys use the class's own name. Within functions these are evaluated outside of
 * the class, where the name means nothing; so a function is put around the class,
 *
 *     (() => { const C = class C extends f(() => C) {}; return C })()
 *
 * in which the name is in its dead zone until the class has been made. Where one of them awaits, the function is `async` and awaited; where one yields,
 * no function can be.
 */
export function encloseSelfReferences(program: t.Program): void {
  for (const statement of program.body) within(statement, false)
}

function within(node: t.Node, isInner: boolean): void {
  const inner = isInner || t.isScopable(node) || t.isLoop(node)
  for (const key of t.VISITOR_KEYS[node.type] ?? []) {
    const holder = node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>
    const child = holder[key]
    if (Array.isArray(child)) holder[key] = child.map((item) => item && enclosed(item, inner))
    else if (child) holder[key] = enclosed(child, inner)
  }
}

function enclosed(node: t.Node, isInner: boolean): t.Node {
  within(node, isInner)
  if (!isInner || !t.isClassExpression(node) || !node.id || selfReferences(node).length === 0) return node
  const parts = partsOutside(node)
  if (parts.some(yields)) return node
  const awaits = parts.some(hasAwait)
  const { name } = node.id
  node.extra = { ...node.extra, [ENCLOSED]: true }
  const { start, end } = node
  // Positions tell that the name can't be read before the class has been made.
  const declarator = Object.assign(t.variableDeclarator(id(name), node), { start, end })
  const declaration = at(t.variableDeclaration('const', [declarator]), node)
  const body = t.blockStatement([declaration, t.returnStatement(id(name))])
  // Functions are known by their positions, and that of the class is its own.
  const around = at(t.arrowFunctionExpression([], body, awaits), node.id)
  const made = at(t.callExpression(around, []), node)
  return awaits ? at(t.awaitExpression(made), node) : made
}

/** Marks a class around which its name means the class. */
const ENCLOSED = 'enclosed'

const isEnclosed = ({ extra }: t.ClassExpression): boolean => extra?.[ENCLOSED] === true

function yields(node: t.Node): boolean {
  let found = false
  t.traverseFast(node, (inner) => {
    if (t.isFunction(inner)) return t.traverseFast.skip
    found ||= t.isYieldExpression(inner)
    return undefined
  })
  return found
}

/** The parts of a class that are evaluated outside of what makes it: its base and its computed keys. */
export function partsOutside({ superClass, body }: t.Class): t.Node[] {
  const keys = body.body.flatMap((element) => ('computed' in element && element.computed ? [element.key] : []))
  return superClass ? [superClass, ...keys] : keys
}

/** Where a class expression's base and computed keys use its own name, which means nothing there. */
export function selfReferences(node: t.Class): t.Node[] {
  if (!t.isClassExpression(node) || !node.id || isEnclosed(node)) return []
  const { name } = node.id
  const found: t.Node[] = []
  for (const part of partsOutside(node))
    t.traverseFast(part, (inner) => void (t.isIdentifier(inner, { name }) && found.push(inner)))
  return found
}
