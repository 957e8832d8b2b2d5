import * as t from '@babel/types'
import { homeOf, isTakenOut } from '../private-names/uses.js'
import { at, constant, id, isFunctionNode, none } from '../syntax.js'
import { nameFor } from './function-names.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites expressions and patterns: what is found inside of them goes to the mechanism that it is the business of.
 */
export class Expressions {
  readonly #module: ModuleRewriter

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** An expression; `name` is what an anonymous function or class in this place is called. */
  rewrite(node: t.Expression, name = ''): t.Expression {
    const given = typeof node.extra?.['givenName'] === 'string' ? node.extra['givenName'] : name
    if (isFunctionNode(node)) return this.#module.closures.lift(node, given)
    switch (node.type) {
      case 'Identifier':
      case 'ThisExpression':
      case 'MetaProperty':
        return this.#module.access.read(node)
      case 'ClassExpression':
        return this.#module.classes.expression(node, given)
      case 'AssignmentExpression':
        return this.#assignment(node)
      case 'UpdateExpression':
        if (isTakenOut(node.argument)) return this.#module.privateNames.update(node, node.argument)
        node.argument = this.pattern(node.argument) as t.Identifier
        return node
      case 'CallExpression':
      case 'OptionalCallExpression':
        return this.#module.calls.call(node)
      case 'TaggedTemplateExpression':
        return this.#module.calls.call(this.#taggedCall(node))
      case 'NewExpression':
        return this.#module.calls.construct(node)
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (this.#isSuperMember(node)) return this.#module.calls.superMember(node)
        if (isTakenOut(node)) return this.#module.privateNames.read(node)
        this.children(node)
        return node
      case 'UnaryExpression':
        if (node.operator === 'delete' && t.isMemberExpression(node.argument) && this.#isSuperMember(node.argument))
          return this.#module.calls.superDeletion(node, node.argument)
        this.children(node)
        return node
      case 'BinaryExpression':
        if (t.isPrivateName(node.left) && homeOf(node.left)) return this.#module.privateNames.has(node, node.left)
        this.children(node)
        return node
      case 'ObjectExpression':
        return this.#module.objects.rewrite(node)
      default:
        this.children(node)
        return node
    }
  }

  /** Rewrites every child of `node`, whatever it is. */
  children(node: t.Node): void {
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      if (isName(node, key)) continue
      const holder = node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>
      const child = holder[key]
      if (Array.isArray(child)) holder[key] = child.map((item) => item && this.child(item))
      else if (child) holder[key] = this.child(child)
    }
  }

  /** A child of any kind, rewritten. */
  child(node: t.Node): t.Node {
    if (t.isExpression(node)) return this.rewrite(node)
    if (t.isVariableDeclaration(node)) {
      for (const declarator of node.declarations) {
        if (declarator.init) declarator.init = this.rewrite(declarator.init, nameFor(declarator.id))
        declarator.id = this.pattern(declarator.id) as t.Identifier
      }
      return node
    }
    if (t.isStatement(node)) return this.#module.statements.single(node)
    this.children(node)
    return node
  }

  /** A target of assignment, or a declared pattern. */
  pattern(node: t.Node): t.Node {
    switch (node.type) {
      case 'Identifier':
        return this.#module.access.target(node)
      case 'ObjectPattern':
        for (const item of node.properties) {
          if (t.isRestElement(item)) item.argument = this.pattern(item.argument) as t.Identifier
          else {
            if (item.computed) item.key = this.rewrite(item.key as t.Expression)
            item.value = this.pattern(item.value) as t.Identifier
            item.shorthand = false
          }
        }
        return node
      case 'ArrayPattern':
        node.elements = node.elements.map((element) => element && (this.pattern(element) as t.Identifier))
        return node
      case 'AssignmentPattern':
        node.right = this.rewrite(node.right, nameFor(node.left))
        node.left = this.pattern(node.left) as t.Identifier
        return node
      case 'RestElement':
        node.argument = this.pattern(node.argument) as t.Identifier
        return node
      case 'MemberExpression':
        if (isTakenOut(node)) return this.#module.privateNames.target(node)
        if (this.#isSuperMember(node)) return this.#module.calls.superTarget(node)
        return this.rewrite(node)
      default:
        return this.rewrite(node as t.Expression)
    }
  }

  /** Is it a property of `super` in code that is taken out of its method? */
  #isSuperMember({ object }: t.MemberExpression | t.OptionalMemberExpression): boolean {
    return t.isSuper(object) && this.#module.captures.variables.has(object)
  }

  #assignment(node: t.AssignmentExpression): t.Expression {
    if (isTakenOut(node.left)) return this.#module.privateNames.assign(node, node.left)
    const named = node.operator === '=' || ['&&=', '||=', '??='].includes(node.operator)
    const right = this.rewrite(node.right, named ? nameFor(node.left) : '')
    node.left = this.pattern(node.left) as t.Identifier
    node.right = right
    return node
  }

  /**
   * A tag is called with the same strings each time. They become a constant of the module, because the function that calls it is
   * emitted several times, and because they must stay the same object when they move.
   */
  #taggedCall(node: t.TaggedTemplateExpression): t.CallExpression {
    const { tag, quasi } = node
    const values = quasi.expressions as t.Expression[]
    const strings = this.#module.captures.fresh('s')
    const literal = t.templateLiteral(
      quasi.quasis,
      values.map(() => none()),
    )
    this.#module.output.definitions.push(
      constant(strings, t.taggedTemplateExpression(this.#module.output.helper('$strings'), literal)),
    )
    this.#module.output.names.set(this.#module.output.positionOf(quasi), id(strings))
    const call = at(t.callExpression(tag, [id(strings), ...values]), node)
    if (node.extra) call.extra = node.extra // its receiver
    return call
  }
}

/** Is this child a name, and not an expression? */
function isName(node: t.Node, key: string): boolean {
  if (key === 'label' || key === 'meta' || t.isPrivateName(node)) return true
  if (key === 'property') return (t.isMemberExpression(node) || t.isOptionalMemberExpression(node)) && !node.computed
  if (key === 'key') return 'computed' in node && !node.computed
  return t.isModuleSpecifier(node) || (t.isMetaProperty(node) && key === 'property')
}
