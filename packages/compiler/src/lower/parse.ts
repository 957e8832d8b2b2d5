import { parseSync, transformFromAstSync } from '@babel/core'
import * as t from '@babel/types'
import { createRequire } from 'node:module'
import { CompileError } from '../errors.js'

/** Files of these kinds are read as TypeScript, others as JavaScript. */
const TYPESCRIPT = /\.[mc]?ts$/

export const isTypeScript = (path: string): boolean => TYPESCRIPT.test(path)

/** By path: a name would be looked for from the working directory, wherever that is. */
const STRIP_TYPES = createRequire(import.meta.url).resolve('@babel/plugin-transform-typescript')

/** Forms that are parsed only to be refused by name. */
const FORMS = ['decoratorAutoAccessors', 'explicitResourceManagement'] as const

/**
 * Parses one module. Types stay in the tree: what is refused is looked for in what the author wrote.
 *
 * @throws {CompileError} where the source is not valid.
 */
export function parseModule(
  source: string,
  path: string,
  decorators: 'decorators' | 'decorators-legacy' = 'decorators',
): t.File {
  const plugins = TYPESCRIPT.test(path)
    ? (['typescript', decorators, ...FORMS] as const)
    : ([decorators, ...FORMS] as const)
  try {
    const file = parseSync(source, {
      configFile: false,
      babelrc: false,
      sourceType: 'module',
      filename: path,
      parserOpts: { plugins: [...plugins], errorRecovery: false },
    })
    if (!file) throw new Error(`Babel returned no tree for ${path}`)
    return file
  } catch (error) {
    if (!isSyntaxError(error)) throw error
    // TypeScript's own kind has them; which kind the project means, TypeScript will say.
    if (decorators === 'decorators' && isTypeScript(path) && error.reasonCode === 'UnsupportedParameterDecorator')
      return parseModule(source, path, 'decorators-legacy')
    const message = error.message
      .replace(/^[^:]*: /, '')
      .replace(/ \(\d+:\d+\)[\s\S]*$/, '')
      .replace(/\.$/, '')
    const at = { file: path, line: error.loc.line, column: error.loc.column + 1 }
    throw new CompileError([{ ...at, message, remedy: 'correct the syntax' }], { cause: error })
  }
}

/**
 * Removes types, as TypeScript's `isolatedModules` does: imports that are used as types only go too; enums, namespaces
 * and parameter properties become code. Changes `file`; positions stay the original's.
 */
export function stripTypes(file: t.File, source: string, path: string): t.File {
  if (!TYPESCRIPT.test(path)) return file
  t.traverseFast(file.program, declareParameterProperties)
  const result = transformFromAstSync(file, source, {
    configFile: false,
    babelrc: false,
    filename: path,
    cloneInputAst: false,
    ast: true,
    code: false,
    plugins: [[STRIP_TYPES, { allowDeclareFields: true }]],
  })
  if (!result?.ast) throw new Error(`Babel returned no tree for ${path}`)
  return result.ast
}

/** TypeScript defines a field for each parameter property, before the others; Babel only assigns it. */
function declareParameterProperties(node: t.Node): void {
  if (!t.isClassBody(node)) return
  const maker = node.body.find((element) => t.isClassMethod(element, { kind: 'constructor' }))
  if (!t.isClassMethod(maker)) return
  const names = maker.params.flatMap((parameter) => {
    if (!t.isTSParameterProperty(parameter)) return []
    const target = t.isAssignmentPattern(parameter.parameter) ? parameter.parameter.left : parameter.parameter
    return t.isIdentifier(target) ? [target.name] : []
  })
  node.body.unshift(...names.map((name) => t.classProperty(t.identifier(name))))
}

const isSyntaxError = (
  error: unknown,
): error is SyntaxError & { loc: { line: number; column: number }; reasonCode?: string } =>
  error instanceof SyntaxError && 'loc' in error
