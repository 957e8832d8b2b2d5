import * as t from '@babel/types'
import type { ClassNode } from '../syntax.js'

/**
 * Which private members are put on an object together. A store takes as many as possible; only where a public field's
 * initializer may notice what is there already and what is not, another begins.
 */

type Element = t.ClassBody['body'][number]
export type PrivateElement = t.ClassPrivateProperty | t.ClassPrivateMethod

export const isPrivate = (element: t.Node): element is PrivateElement =>
  t.isClassPrivateProperty(element) || t.isClassPrivateMethod(element)

/** A private member that is its class's objects', and not the class's own. */
export const isOfObjects = (element: t.Node): element is PrivateElement => isPrivate(element) && element.static !== true

/** Can it be evaluated without anybody noticing? */
export const isPlain = (node: t.Node): boolean => t.isLiteral(node) && !t.isTemplateLiteral(node)

/** Numbers the stores of a class from 0 on, and notes on each private member of objects the number of its own. */
export function numberStores({ body }: ClassNode): void {
  let last = -1
  let isOpen = false
  // Methods are there before any field is.
  for (const element of body.body) {
    if (!isOfObjects(element) || !t.isClassPrivateMethod(element)) continue
    last = 0
    isOpen = true
    setStore(element, 0)
  }
  for (const element of body.body) {
    if (isNoticing(element)) isOpen = false
    if (!isOfObjects(element) || t.isClassPrivateMethod(element)) continue
    if (!isOpen) last++
    isOpen = true
    setStore(element, last)
  }
}

/** The number of the store that puts this member on objects. */
export const storeOf = (element: PrivateElement): number => element.extra?.['store'] as number

function setStore(element: PrivateElement, store: number): void {
  element.extra = { ...element.extra, store }
}

/** A public field whose initializer runs code. */
const isNoticing = (element: Element): boolean =>
  t.isClassProperty(element) && !element.static && element.value != null && !isPlain(element.value)

/**
 * Do the members of a class, seen from `from`, include the private name `name` without help? Stores stand around each
 * other, the first outermost, and all around the class: what is within sees what is without.
 */
export function sees({ body }: ClassNode, from: Element, name: string): boolean {
  if (!isOfObjects(from)) return true
  const member = body.body.find((element) => isPrivate(element) && element.key.id.name === name)
  return member !== undefined && isOfObjects(member) && storeOf(member) <= storeOf(from)
}
