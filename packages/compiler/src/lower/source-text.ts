import * as t from '@babel/types'

/** How V8 names what is called in its error messages: `o.m`, `list[i]`, `f(...).g`, or `(intermediate value)`. */
export function sourceText(node: t.Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name === '$this' ? 'this' : node.name
    case 'ThisExpression':
      return 'this'
    case 'Super':
      return '(intermediate value)'
    case 'StringLiteral':
      return `"${node.value}"`
    case 'NumericLiteral':
      return String(node.value)
    case 'BooleanLiteral':
      return String(node.value)
    case 'NullLiteral':
      return 'null'
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return memberText(node)
    case 'CallExpression':
    case 'OptionalCallExpression':
      return callText(node)
    case 'AssignmentExpression': {
      const { left, right } = node // what is evaluated once and used twice
      return t.isIdentifier(left) && /^\$o\d+$/.test(left.name) ? sourceText(right) : '(intermediate value)'
    }
    case 'UnaryExpression':
      return `(${node.operator}${/^[a-z]/.test(node.operator) ? ' ' : ''}${sourceText(node.argument)})`
    case 'BinaryExpression':
    case 'LogicalExpression':
      return `(${operandsText(node, node.operator)})`
    case 'SequenceExpression':
      return `(${node.expressions.map(sourceText).join(' , ')})`
    default:
      return '(intermediate value)'
  }
}

/** Equal operators in a row stand in one pair of parentheses. */
function operandsText(node: t.Node, operator: string): string {
  if ((!t.isBinaryExpression(node) && !t.isLogicalExpression(node)) || node.operator !== operator)
    return sourceText(node)
  return `${operandsText(node.left, operator)} ${operator} ${sourceText(node.right)}`
}

/** Is it a captured variable? */
export const isEnvironmentSlot = ({ object, computed }: { object: t.Node; computed: boolean }): boolean =>
  !computed && t.isIdentifier(object) && /^\$e\d+$/.test(object.name)

function memberText({ object, property, computed, optional }: t.MemberExpression | t.OptionalMemberExpression): string {
  if (isEnvironmentSlot({ object, computed }) && t.isIdentifier(property)) return property.name
  const before = sourceText(object)
  if (computed) return `${before}${optional ? '?.' : ''}[${sourceText(property)}]`
  if (t.isPrivateName(property)) return `${before}${optional ? '?.' : ''}[#${property.id.name}]`
  return `${before}${optional ? '?' : ''}.${t.isIdentifier(property) ? property.name : ''}`
}

function callText({ callee, arguments: args }: t.CallExpression | t.OptionalCallExpression): string {
  const [, second] = args
  const name = privateName(callee)
  if (name !== null) return `${t.isExpression(args[0]) ? sourceText(args[0]) : ''}[#${name}]`
  if (t.isIdentifier(callee) && HELPERS.test(callee.name) && t.isStringLiteral(second)) return second.value
  return t.isExpression(callee) ? `${sourceText(callee)}(...)` : '(intermediate value)'
}

/** The name in `$p1.name.get`, which gives an object's private field. */
function privateName(callee: t.Node): string | null {
  if (!t.isMemberExpression(callee) || !t.isIdentifier(callee.property, { name: 'get' })) return null
  const { object } = callee
  if (!t.isMemberExpression(object) || !isNamesOfClass(object.object)) return null
  return t.isStringLiteral(object.property) ? object.property.value : (object.property as t.Identifier).name
}

/** What holds the private names of a class. */
function isNamesOfClass(node: t.Node): boolean {
  if (t.isIdentifier(node)) return /^\$p\d+$/.test(node.name)
  return t.isCallExpression(node) && t.isMemberExpression(node.callee) && t.isIdentifier(node.callee.property, { name: 'privatesOf' }) // prettier-ignore
}

/** Helpers whose second argument is the source's text of the first. */
const HELPERS = /^\$(?:initialized|callable|callableIfAny|constructible)$/
