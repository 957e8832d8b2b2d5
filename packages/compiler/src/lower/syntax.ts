import * as t from '@babel/types'

/**
 * Builders for the few forms that generated code is made of, shorter than Babel's own.
 */

/** A function of any kind, as Babel has them. */
export type FunctionNode =
  | t.FunctionDeclaration
  | t.FunctionExpression
  | t.ArrowFunctionExpression
  | t.ObjectMethod
  | t.ClassMethod
  | t.ClassPrivateMethod

export type ClassNode = t.ClassDeclaration | t.ClassExpression

export const isFunctionNode = (node: t.Node): node is FunctionNode => t.isFunction(node)

export const id = t.identifier
export const text = t.stringLiteral
export const none = (): t.Expression => t.unaryExpression('void', t.numericLiteral(0))

/** An integer, which may be negative. */
export const integer = (value: number): t.Expression =>
  value < 0 ? t.unaryExpression('-', t.numericLiteral(-value)) : t.numericLiteral(value)

/** `object.name`, by a string or by an expression. */
export const member = (object: t.Expression | string, name: string): t.MemberExpression =>
  t.memberExpression(typeof object === 'string' ? id(object) : object, id(name))

export const call = (callee: t.Expression | string, ...args: t.CallExpression['arguments']): t.CallExpression =>
  t.callExpression(typeof callee === 'string' ? id(callee) : callee, args)

export const assign = (target: t.LVal | string, value: t.Expression): t.AssignmentExpression =>
  t.assignmentExpression('=', typeof target === 'string' ? id(target) : target, value)

export const run = (expression: t.Expression): t.ExpressionStatement => t.expressionStatement(expression)

export const same = (left: t.Expression, right: t.Expression): t.BinaryExpression =>
  t.binaryExpression('===', left, right)
export const differs = (left: t.Expression, right: t.Expression): t.BinaryExpression =>
  t.binaryExpression('!==', left, right)
export const less = (left: t.Expression, right: t.Expression): t.BinaryExpression =>
  t.binaryExpression('<', left, right)
export const both = (left: t.Expression, right: t.Expression): t.LogicalExpression =>
  t.logicalExpression('&&', left, right)
export const either = (left: t.Expression, right: t.Expression): t.LogicalExpression =>
  t.logicalExpression('||', left, right)
export const not = (expression: t.Expression): t.UnaryExpression => t.unaryExpression('!', expression)
export const typeIs = (expression: t.Expression, type: string): t.BinaryExpression =>
  same(t.unaryExpression('typeof', expression), text(type))
export const isNullish = (expression: t.Expression): t.BinaryExpression =>
  t.binaryExpression('==', expression, t.nullLiteral())

export const constant = (name: string, value: t.Expression): t.VariableDeclaration =>
  t.variableDeclaration('const', [t.variableDeclarator(id(name), value)])

export const variable = (name: string, value?: t.Expression): t.VariableDeclaration =>
  t.variableDeclaration('let', [t.variableDeclarator(id(name), value)])

/** A property of a literal. Names that would set a prototype are computed. */
export const property = (name: string, value: t.Expression): t.ObjectProperty =>
  t.isValidIdentifier(name, false) && name !== '__proto__'
    ? t.objectProperty(id(name), value, false, t.isIdentifier(value, { name }))
    : t.objectProperty(text(name), value, name === '__proto__')

/** `node` at the position of `origin`, for the source map. */
export function at<N extends t.Node>(node: N, origin: t.Node | null | undefined): N {
  node.loc ??= origin?.loc
  return node
}

/** `(0, expression)`: its value alone, neither a reference with a receiver nor an anonymous function that takes a name. */
export const detached = (expression: t.Expression): t.Expression =>
  t.sequenceExpression([t.numericLiteral(0), expression])
