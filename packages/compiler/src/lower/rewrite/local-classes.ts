import * as t from '@babel/types'
import { isPlain } from '../private-names/stores.js'
import type { ModuleOutput } from '../output.js'
import { refuse } from '../refusals.js'
import { partsOutside, selfReferences } from '../self-references.js'
import { at, call, id, none, not, run, text, type ClassNode } from '../syntax.js'
import { keyName } from './function-names.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Classes inside of functions. Each is made anew on every kernel that it comes to, from the values that its base and its
 * computed keys had when it was evaluated; what else evaluating it did is not done again.
 */

/** What a class takes from where it is evaluated, beside environments. */
export interface Given {
  /** Parameters of what makes the class, beside environments; a class is recorded with what they got. */
  readonly parameters: t.Identifier[]
  readonly values: t.Expression[]
  /** Parameters that only a remade class gets, and the values that it is recorded with for them. */
  readonly flags: t.Identifier[]
  readonly marks: t.Expression[]
}

export const NOTHING_GIVEN: Given = { parameters: [], values: [], flags: [], marks: [] }

const REMADE = '$remade'

/** Takes the base and the computed keys out of a class, to be evaluated, in this order, where the class is. */
export function takeGiven(node: ClassNode, module: ModuleRewriter): Given {
  refuseSelf(node, module)
  const effects = node.body.body.some(hasEffects)
  const given: Given = effects
    ? { parameters: [], values: [], flags: [id(REMADE)], marks: [t.booleanLiteral(true)] }
    : { parameters: [], values: [], flags: [], marks: [] }
  const take = (kind: string, value: t.Expression): t.Identifier => {
    const parameter = id(module.captures.fresh(kind))
    given.parameters.push(parameter)
    given.values.push(value)
    return id(parameter.name)
  }
  const keys = node.body.body.filter((element) => 'computed' in element && element.computed && !isPlain(element.key))
  const { superClass } = node
  if (superClass && !staysInPlace(superClass, module))
    node.superClass = take('h', module.expressions.rewrite(superClass))
  for (const element of keys) {
    if (!('key' in element)) continue
    const key = module.expressions.rewrite(element.key as t.Expression)
    element.key = take('n', at(call(module.output.helper('$key'), key), key))
    element.key.extra = { given: true }
  }
  return given
}

/** Is it a key that was evaluated before? */
export const isGivenKey = (key: t.Node): key is t.Identifier => t.isIdentifier(key) && key.extra?.['given'] === true

/** Has what makes the class leave out what evaluating the class did beside. Called when its elements are rewritten. */
export function guardEffects({ body }: ClassNode, output: ModuleOutput): void {
  body.body = body.body.map((element) => {
    if (t.isStaticBlock(element)) return t.staticBlock([unlessRemade(element.body)])
    if (t.isClassProperty(element, { static: true })) {
      const key = element.computed || !t.isIdentifier(element.key) ? keyValue(element) : text(element.key.name)
      const definition = call(output.helper('$define'), t.thisExpression(), key, element.value ?? none())
      return at(t.staticBlock([unlessRemade([at(run(definition), element)])]), element)
    }
    if (t.isClassPrivateProperty(element, { static: true }) && element.value && !isPlain(element.value))
      element.value = t.conditionalExpression(id(REMADE), none(), element.value)
    return element
  })
}

const keyValue = ({ key, computed }: t.ClassProperty): t.Expression => (computed ? key : text(keyName(key)))

const unlessRemade = (statements: t.Statement[]): t.Statement =>
  t.ifStatement(not(id(REMADE)), t.blockStatement(statements))

const hasEffects = (element: t.ClassBody['body'][number]): boolean =>
  t.isStaticBlock(element) ||
  ((t.isClassProperty(element) || t.isClassPrivateProperty(element)) && element.static === true)

/** A name that means the same whenever a class is made: a global, or one that the module never assigns again. */
function staysInPlace(node: t.Expression, { captures }: ModuleRewriter): boolean {
  if (t.isNullLiteral(node)) return true
  if (!t.isIdentifier(node)) return false
  const known = captures.variables.get(node)
  return !known || (known.scope.isProgram && !known.assigned)
}

/** The base and the keys are evaluated outside of the class, where its own name and its private names mean nothing. */
function refuseSelf(node: ClassNode, module: ModuleRewriter): void {
  const [use] = [...selfReferences(node), ...partsOutside(node).flatMap((part) => privateUses(part, node))]
  if (!use) return
  const what = t.isPrivateName(use) ? 'its private names' : 'itself, and yields,'
  refuse(module.output.path, use, `a local class uses ${what} in its base or in a computed name`, 'use it in the body of the class') // prettier-ignore
}

function privateUses(part: t.Node, { body }: ClassNode): t.Node[] {
  const own = new Set(body.body.flatMap((item) => ('key' in item && t.isPrivateName(item.key) ? item.key.id.name : [])))
  const uses: t.Node[] = []
  t.traverseFast(part, (inner) => void (t.isPrivateName(inner) && own.has(inner.id.name) && uses.push(inner)))
  return uses
}
