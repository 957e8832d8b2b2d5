import * as t from '@babel/types'
import { createRequire, SourceMap, type SourceMapPayload } from 'node:module'
import { dirname } from 'node:path'
import type ts from 'typescript'
import { parseModule } from './parse.js'

/**
 * Decorators, accessor fields under computed names, and variables that namespaces export: what only TypeScript itself compiles as TypeScript
 * does. It takes longer to load than most programs take to compile, so it is loaded for modules that have these forms.
 */

/** Options of `tsconfig.json` that say what decorators and fields mean. */
export type DecoratorOptions = Pick<
  ts.CompilerOptions,
  'experimentalDecorators' | 'emitDecoratorMetadata' | 'useDefineForClassFields'
>

const typescript = (): typeof ts => createRequire(import.meta.url)('typescript') as typeof ts

/** Does the module have forms that are left to TypeScript? */
export function needsTypeScript({ program }: t.File): boolean {
  let found = false
  t.traverseFast(program, (node) => {
    if ('declare' in node && node.declare === true) return t.traverseFast.skip
    found ||=
      t.isDecorator(node) || isComputedAccessor(node) || (t.isTSModuleBlock(node) && node.body.some(exportsVariable))
    return undefined
  })
  return found
}

const isComputedAccessor = (node: t.Node): boolean =>
  t.isClassAccessorProperty(node) && node.computed === true && !t.isLiteral(node.key)

const exportsVariable = (node: t.Statement): boolean =>
  t.isExportNamedDeclaration(node) && t.isVariableDeclaration(node.declaration) && node.declaration.kind !== 'const'

/** The module as TypeScript compiles it. Its nodes have the positions of the source that they come from. */
export function compiledByTypeScript(source: string, path: string, options: DecoratorOptions): t.File {
  const { transpileModule, ScriptTarget, ModuleKind } = typescript()
  const { outputText, sourceMapText } = transpileModule(source, {
    fileName: path,
    compilerOptions: {
      ...options,
      target: ScriptTarget.ES2022,
      module: ModuleKind.ESNext,
      isolatedModules: true,
      sourceMap: true,
    },
  })
  // Without the extension it is JavaScript.
  const file = parseModule(outputText, path.replace(/\.[mc]?ts$/, '.js'))
  relocate(file, new SourceMap(JSON.parse(sourceMapText ?? '{}') as SourceMapPayload))
  return file
}

/** What has no place in the source has that of what stands before it, as in the map. */
function relocate(file: t.File, map: SourceMap): void {
  const moved = new Set<object>()
  const move = (position: { line: number; column: number } | undefined): void => {
    if (!position || moved.has(position)) return
    moved.add(position)
    const entry = map.findEntry(position.line - 1, position.column)
    if (!('originalLine' in entry)) return
    position.line = entry.originalLine + 1
    position.column = entry.originalColumn
  }
  const taken = new Set<string>()
  t.traverseFast(file.program, (node) => {
    move(node.loc?.start)
    move(node.loc?.end)
    const start = node.loc?.start
    if (!start || !isIdentified(node)) return
    while (taken.has(`${start.line}:${start.column}`)) start.column++
    taken.add(`${start.line}:${start.column}`)
  })
}

/** Does its place give it an id, which nothing else may have? */
const isIdentified = (node: t.Node): boolean => t.isFunction(node) || t.isClass(node) || t.isTemplateLiteral(node)

/** What the nearest `tsconfig.json` of the file at `path` says. */
export function decoratorOptionsFor(path: string): DecoratorOptions {
  const { findConfigFile, readConfigFile, parseJsonConfigFileContent, sys } = typescript()
  const found = findConfigFile(dirname(path), (file) => sys.fileExists(file))
  if (found === undefined) return {}
  const { config } = readConfigFile(found, (file) => sys.readFile(file)) as { config?: unknown }
  // The files of the project are not asked for.
  const host = { ...sys, readDirectory: (): string[] => [] }
  const { options } = parseJsonConfigFileContent(config ?? {}, host, dirname(found))
  const { experimentalDecorators, emitDecoratorMetadata, useDefineForClassFields } = options
  return {
    ...(experimentalDecorators !== undefined && { experimentalDecorators }),
    ...(emitDecoratorMetadata !== undefined && { emitDecoratorMetadata }),
    ...(useDefineForClassFields !== undefined && { useDefineForClassFields }),
  }
}
