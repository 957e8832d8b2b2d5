import { generate } from '@babel/generator'
import * as t from '@babel/types'
import { analyzeCaptures, type Captures } from './names/captures.js'
import { deferEvaluation, type DeferredEvaluation } from './deferred-evaluation.js'
import { awaitLazyImports } from './lazy-imports.js'
import { ModuleOutput } from './output.js'
import { parseModule, stripTypes } from './parse.js'
import { expandAccessors } from './private-names/accessors.js'
import { preparePrivateNames } from './private-names/prepare.js'
import { isKernelLocal, refuseForms, refuseUses } from './refusals.js'
import { refuseClashes } from './reserved-names.js'
import { ModuleRewriter } from './rewrite/rewriter.js'
import { RUNTIME_MODULE } from './runtime-module.js'
import { encloseSelfReferences } from './self-references.js'
import { call, id, member, property, run, text } from './syntax.js'
import { compiledByTypeScript, needsTypeScript, type DecoratorOptions } from './typescript-forms.js'
import { lowerUsingDeclarations } from './using-declarations.js'

export interface LowerOptions {
  /** Path of the module relative to the program's root, with `/`: the prefix of its function ids. */
  readonly path: string
  /** What the module's project says of decorators; asked for if the module has any. @default the standard's */
  readonly decoratorOptions?: () => DecoratorOptions
  /** @default the module and what it imports are evaluated at once */
  readonly evaluation?: ModuleEvaluation
}

/** How a module is evaluated in a program some modules of which await at their top level. */
export interface ModuleEvaluation {
  /** `null`: at once. */
  readonly deferred: DeferredEvaluation | null
  /** Names of modules whose evaluation is deferred and that this one loads by `import()`, by its specifiers. */
  readonly lazyImports: Readonly<Record<string, string>>
}

const AT_ONCE: ModuleEvaluation = { deferred: null, lazyImports: {} }

/** A module as esbuild takes it. */
export interface LoweredSource {
  /**
   * An ECMAScript module without types. Its free identifiers beside the language's are `$r` (the registers), `$i` (the image
   * instance), `$S` and `$U` (their markers); the functions that generated code calls are imported from {@link RUNTIME_MODULE}.
   */
  readonly code: string
  /** Source map of `code` (version 3): positions in the original source, names as the source has them. */
  readonly map: object
}

/**
 * Lowers one module of an application: removes types, and compiles its `async` functions to resumable functions and its
 * closures to templates, by the contract in `docs/protocols/frames.md`.
 *
 * @param source TypeScript or JavaScript text of an ECMAScript module.
 * @throws {CompileError} for what is not valid or not supported, each with line, column and remedy.
 */
export function lowerModule(
  source: string,
  { path, decoratorOptions, evaluation = AT_ONCE }: LowerOptions,
): LoweredSource {
  const file = withoutTypes(source, path, decoratorOptions)
  const output = new ModuleOutput(path)
  awaitLazyImports(file.program, evaluation.lazyImports, output)
  lowerUsingDeclarations(file, source, output)
  encloseSelfReferences(file.program)
  preparePrivateNames(file.program)
  const captures = analyzeCaptures(file.program)
  refuseUses(captures, path, source)
  nameBindings(captures, output, source.split('\n'))
  new ModuleRewriter(captures, output).program(file.program)
  refuseClashes(captures, output)
  file.program.body = assemble(file.program.body, output, evaluation.deferred)
  return print(file, source, path)
}

/** Has a library's module evaluated in its turn, and leaves everything else in it as it is. */
export function deferLibraryModule(source: string, path: string, evaluation: ModuleEvaluation): LoweredSource {
  const file = parseModule(source, path)
  const output = new ModuleOutput(path)
  awaitLazyImports(file.program, evaluation.lazyImports, output)
  file.program.body = assemble(file.program.body, output, evaluation.deferred)
  return print(file, source, path)
}

function print(file: t.File, source: string, path: string): LoweredSource {
  const { code, map } = generate(
    file,
    { sourceMaps: true, sourceFileName: path, comments: false, compact: true },
    source,
  )
  if (!map) throw new Error(`no source map for ${path}`)
  return {
    code,
    map: { version: 3, sources: map.sources, sourcesContent: [source], names: map.names, mappings: map.mappings },
  }
}

function withoutTypes(source: string, path: string, options: LowerOptions['decoratorOptions']): t.File {
  const parsed = parseModule(source, path)
  refuseForms(parsed, path)
  if (needsTypeScript(parsed)) return compiledByTypeScript(source, path, options?.() ?? {})
  expandAccessors(parsed.program)
  return stripTypes(parsed, source, path)
}

/** Everything that the module declares travels by name, but for what each kernel has its own of. */
function nameBindings({ program }: Captures, output: ModuleOutput, lines: readonly string[]): void {
  for (const variable of program.variables.values()) {
    if (variable.kind !== 'import' && !isKernelLocal(variable, lines))
      output.names.set(variable.name, id(variable.name))
  }
}

/** Imports, definitions, names; then the module's own statements. */
function assemble(
  body: readonly t.Statement[],
  output: ModuleOutput,
  deferred: DeferredEvaluation | null,
): t.Statement[] {
  const imports = body.filter((statement) => t.isImportDeclaration(statement))
  const own = body.filter((statement) => !t.isImportDeclaration(statement))
  const others = deferred ? deferEvaluation(own, deferred, output) : own
  return [...importedHelpers(output), ...imports, ...output.definitions, ...naming(output), ...others]
}

function importedHelpers({ helpers }: ModuleOutput): t.Statement[] {
  if (helpers.size === 0) return []
  const specifiers = [...helpers].sort().map((name) => t.importSpecifier(id(name), id(name)))
  return [t.importDeclaration(specifiers, text(RUNTIME_MODULE))]
}

function naming({ names, path }: ModuleOutput): t.Statement[] {
  if (names.size === 0) return []
  const getters = [...names].map(([name, value]) => property(name, t.arrowFunctionExpression([], value)))
  return [run(call(member('$i', 'names'), text(path), t.objectExpression(getters)))]
}
