import { parseSync, types as t } from '@babel/core'
import { CompileError, type Diagnostic } from './errors.js'
import { MAIN_REMEDY } from './remedies.js'

/**
 * Refuses an entry module whose `main` is plainly no function: a class, a literal, an object. (That there is a `main`
 * at all is found out when the program is linked; what an expression yields is known when it runs.)
 *
 * @throws {CompileError}
 */
export function checkMain(source: string, file: string): void {
  const ast = parseSync(source, {
    sourceType: 'module',
    babelrc: false,
    configFile: false,
    parserOpts: {
      errorRecovery: true,
      plugins: ['typescript', 'decorators', 'decoratorAutoAccessors', 'explicitResourceManagement'],
    },
  })
  if (ast?.type !== 'File') return
  const culprit = exportedMain(ast.program.body)
  if (culprit) throw new CompileError([{ file, ...culprit }])
}

type Culprit = Pick<Diagnostic, 'line' | 'column' | 'message' | 'remedy'>

function exportedMain(body: readonly t.Statement[]): Culprit | null {
  const local = localNameOfMain(body)
  for (const statement of body) {
    const declaration = t.isExportNamedDeclaration(statement) ? statement.declaration : statement
    if (t.isClassDeclaration(declaration) && declaration.id?.name === local) return culprit('a class', declaration)
    if (!t.isVariableDeclaration(declaration)) continue
    for (const { id, init } of declaration.declarations) {
      const what = init && t.isIdentifier(id, { name: local }) ? nonFunction(init) : null
      if (what) return culprit(what, id)
    }
  }
  return null
}

/** The module's own name for what it exports as `main`. */
function localNameOfMain(body: readonly t.Statement[]): string {
  for (const statement of body) {
    if (!t.isExportNamedDeclaration(statement) || statement.source) continue
    for (const specifier of statement.specifiers) {
      if (!t.isExportSpecifier(specifier)) continue
      const exported = t.isIdentifier(specifier.exported) ? specifier.exported.name : specifier.exported.value
      if (exported === 'main') return specifier.local.name
    }
  }
  return 'main'
}

function nonFunction(init: t.Expression): string | null {
  if (t.isClassExpression(init)) return 'a class'
  if (t.isObjectExpression(init)) return 'an object'
  if (t.isArrayExpression(init)) return 'an array'
  if (t.isLiteral(init)) return 'a plain value'
  return null
}

const culprit = (what: string, { loc }: t.Node): Culprit => ({
  line: loc?.start.line ?? 1,
  column: (loc?.start.column ?? 0) + 1,
  message: `the program's main is ${what}, not a function`,
  remedy: MAIN_REMEDY,
})
