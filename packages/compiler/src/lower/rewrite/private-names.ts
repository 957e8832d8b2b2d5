import * as t from '@babel/types'
import { hasAwait } from '../awaits.js'
import { homeOf, receiverOf, type PrivateMember } from '../private-names/uses.js'
import { sourceText } from '../source-text.js'
import { at, call, id, integer, member, text, type ClassNode } from '../syntax.js'
import type { ModuleRewriter } from './rewriter.js'

/**
 * Rewrites the uses of private names that leave their class: they become calls of functions that the class has made of its names.
 */
export class PrivateNames {
  readonly #module: ModuleRewriter
  readonly #names = new Map<ClassNode, string>()
  readonly #used = new Map<ClassNode, Set<string>>()

  constructor(module: ModuleRewriter) {
    this.#module = module
  }

  /** The variable that holds the names of a class of the module's. */
  namesOf(home: ClassNode): string {
    let name = this.#names.get(home)
    if (name === undefined) this.#names.set(home, (name = this.#module.captures.fresh('p')))
    return name
  }

  /** Names of `home` that code outside of it was found to use. */
  usedOf(home: ClassNode): ReadonlySet<string> {
    return this.#used.get(home) ?? new Set()
  }

  /** `names.x.get(object)`. */
  read(node: PrivateMember): t.Expression {
    const isPlain = !hasAwait(node.object)
    const object = this.#module.expressions.rewrite(node.object)
    if (isPlain) return at(call(member(this.#access(node.property), 'get'), object), node)
    return at(call(this.#module.output.helper('$readPrivate'), object, this.#access(node.property)), node)
  }

  /** `names.x.has(object)`. */
  has(node: t.BinaryExpression, name: t.PrivateName): t.Expression {
    const isPlain = !hasAwait(node.right)
    const object = this.#module.expressions.rewrite(node.right)
    if (isPlain) return at(call(member(this.#access(name), 'has'), object), node)
    return at(call(this.#module.output.helper('$hasPrivate'), object, this.#access(name)), node)
  }

  assign(node: t.AssignmentExpression, left: PrivateMember): t.Expression {
    if (t.isThisExpression(left.object)) return this.#assignToThis(node, left)
    if (node.operator === '=' && !hasAwait(node)) {
      const object = this.#module.expressions.rewrite(left.object)
      const value = this.#module.expressions.rewrite(node.right)
      return at(call(member(this.#access(left.property), 'set'), object, value), node)
    }
    // The object is evaluated once, and before all else.
    node.left = this.target(left) as t.MemberExpression
    node.right = this.#module.expressions.rewrite(node.right)
    return node
  }

  update(node: t.UpdateExpression, target: PrivateMember): t.Expression {
    const object = this.#module.expressions.rewrite(target.object)
    const by = integer(node.operator === '++' ? 1 : -1)
    const step = this.#module.output.helper('$stepPrivate')
    return at(call(step, object, this.#access(target.property), by, t.booleanLiteral(node.prefix)), node)
  }

  /** As a target of any kind of assignment. */
  target(node: PrivateMember): t.Expression {
    const object = this.#module.expressions.rewrite(node.object)
    const name = node.property
    const parts = [object, this.#holder(name), text(name.id.name)]
    const reference = t.newExpression(this.#module.output.helper('$PrivateReference'), parts)
    return at(member(at(reference, node), 'value'), node)
  }

  /** A call with a receiver that is evaluated beside the callee. */
  call(node: t.CallExpression | t.OptionalCallExpression): t.Expression {
    const { callee } = node
    const receiver = receiverOf(node) ?? receiverOf(callee)
    if (!receiver) throw new Error('a call has no receiver')
    const name = sourceText(callee)
    const fn = this.#module.expressions.rewrite(callee as t.Expression)
    const self = this.#module.expressions.rewrite(receiver)
    node.arguments = node.arguments.map((argument) => this.#module.expressions.child(argument) as t.Expression)
    const { output } = this.#module
    if (node.extra?.['direct'] === true) {
      node.callee = at(call(output.helper('$method'), fn, self, text(name)), node)
      return node
    }
    const args = t.arrayExpression(node.arguments as t.Expression[])
    return at(call(output.helper('$callMethod'), fn, self, args, text(name)), node)
  }

  #assignToThis(node: t.AssignmentExpression, { object, property }: PrivateMember): t.Expression {
    const { expressions, output } = this.#module
    const isLasting = hasAwait(node.right)
    const right = expressions.rewrite(node.right)
    const set = (value: t.Expression): t.Expression => {
      const access = this.#access(property)
      if (isLasting) return at(call(output.helper('$writePrivate'), expressions.rewrite(object), value, access), node)
      return at(call(member(access, 'set'), expressions.rewrite(object), value), node)
    }
    if (node.operator === '=') return set(right)
    const current = at(call(member(this.#access(property), 'get'), expressions.rewrite(object)), node.left)
    const operator = node.operator.slice(0, -1)
    if (operator === '&&' || operator === '||' || operator === '??')
      return at(t.logicalExpression(operator, current, set(right)), node)
    return set(t.binaryExpression(operator as t.BinaryExpression['operator'], current, right))
  }

  /** `{ get, set, has }` of a name. */
  #access(name: t.PrivateName): t.Expression {
    const holder = this.#holder(name)
    const names = t.isIdentifier(holder) ? holder : call(member('$r', 'privatesOf'), holder)
    return t.isValidIdentifier(name.id.name, false) ? member(names, name.id.name) : t.memberExpression(names, text(name.id.name), true) // prettier-ignore
  }

  /** What knows the names: a variable, or a local class. */
  #holder(name: t.PrivateName): t.Expression {
    const home = homeOf(name)
    if (!home) throw new Error(`#${name.id.name} is used in its place`)
    let used = this.#used.get(home)
    if (!used) this.#used.set(home, (used = new Set()))
    used.add(name.id.name)
    const known = this.#module.captures.variables.get(name)
    return known ? this.#module.environments.slot(known) : id(this.namesOf(home))
  }
}
