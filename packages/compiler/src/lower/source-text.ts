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
    case 'SequenceExpression':
      return `(${node.expressions.map(sourceText).join(' , ')})`
    default:
      return '(intermediate value)'
  }
}

/** Is it a captured variable? */
export const isEnvironmentSlot = ({ object, computed }: { object: t.Node; computed: boolean }): boolean =>
  !computed && t.isIdentifier(object) && /^\$e\d+$/.test(object.name)

function memberText({ object, property, computed, optional }: t.MemberExpression | t.OptionalMemberExpression): string {
  if (isEnvironmentSlot({ object, computed }) && t.isIdentifier(property)) return property.name
  const before = sourceText(object)
  if (computed) return `${before}${optional ? '?.' : ''}[${sourceText(property)}]`
  return `${before}${optional ? '?' : ''}.${t.isIdentifier(property) ? property.name : ''}`
}

function callText({ callee, arguments: args }: t.CallExpression | t.OptionalCallExpression): string {
  const [, second] = args
  if (t.isIdentifier(callee) && HELPERS.test(callee.name) && t.isStringLiteral(second)) return second.value
  return t.isExpression(callee) ? `${sourceText(callee)}(...)` : '(intermediate value)'
}

/** Helpers whose second argument is the source's text of the first. */
const HELPERS = /^\$(?:initialized|callable|callableIfAny|constructible)$/
