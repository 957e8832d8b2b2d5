import * as t from '@babel/types'
import type { ModuleOutput } from './output.js'
import { call, text } from './syntax.js'

/**
 * Has `import()` of modules whose evaluation is deferred wait for that.
 *
 * @param lazy Their names, by the specifiers that this module has for them.
 */
export function awaitLazyImports(
  program: t.Program,
  lazy: Readonly<Record<string, string>>,
  output: ModuleOutput,
): void {
  if (Object.keys(lazy).length === 0) return
  t.traverseFast(program, (node) => {
    if (!t.isCallExpression(node) || !t.isImport(node.callee)) return undefined
    const [specifier] = node.arguments
    const name = t.isStringLiteral(specifier) ? lazy[specifier.value] : undefined
    if (name === undefined) return undefined
    const inner = call(t.import(), ...node.arguments)
    inner.loc = node.loc
    node.callee = output.helper('$imported')
    node.arguments = [text(name), inner]
    return t.traverseFast.skip
  })
}
