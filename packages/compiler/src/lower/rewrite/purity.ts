import * as t from '@babel/types'

/** Has evaluating `node` neither effects nor another result the next time? */
export function isPure(node: t.Node): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'ThisExpression':
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'RegExpLiteral':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true
    case 'MemberExpression':
      return isPure(node.object) && (!node.computed || isPure(node.property))
    case 'UnaryExpression':
      return node.operator !== 'delete' && isPure(node.argument)
    case 'BinaryExpression':
      return isPure(node.left) && isPure(node.right)
    case 'TemplateLiteral':
      return node.expressions.every(isPure)
    case 'ArrayExpression':
      return node.elements.every((element) => element === null || isPure(element))
    case 'ObjectExpression':
      return node.properties.every((item) => t.isObjectProperty(item) && !item.computed && isPure(item.value))
    default:
      return false
  }
}
