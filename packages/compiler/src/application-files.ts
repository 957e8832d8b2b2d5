import type { OnLoadResult, Plugin } from 'esbuild'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { basename, extname } from 'node:path'
import type { ModuleEvaluations } from './asynchronous-modules.js'
import type { CompilerCache, LoweredModule } from './cache.js'
import { CompileError, type Diagnostic } from './errors.js'
import { compilerFingerprint } from './fingerprint.js'
import type { ModuleEvaluation } from './lower/index.js'
import { programPath, type ProgramLocation } from './program-root.js'
import { EXTENSION_REMEDY } from './remedies.js'

/** The application's side of one build. */
export interface ApplicationFiles {
  /** Hands esbuild each file of the application in its lowered form. */
  readonly plugin: Plugin
  /** Where a position in what esbuild saw of the file at `path` comes from. Line and column are 1-based. */
  origin(path: string, line: number, column: number): Pick<Diagnostic, 'file' | 'line' | 'column' | 'excerpt'>
}

interface LoadedFile {
  readonly source: string
  /** JSON of the source map, parsed when a place is asked for: that takes long, and most programs are right. */
  readonly map: string
}

/** Everything with a module's extension that is not under `node_modules` is the application's own. */
const APPLICATION_FILE = /\.(?:[mc]?[jt]s|[jt]sx)$/
const LIBRARY = /[\\/]node_modules[\\/]/
const NOT_SUPPORTED = new Set(['.cjs', '.cts', '.jsx', '.tsx'])

/** What is lowered. */
interface SourceFile {
  readonly source: string
  /** Absolute. */
  readonly path: string
  /** Its path relative to the program's root. */
  readonly file: string
  readonly isEntry: boolean
  /** `undefined`: it and what it imports is evaluated at once. */
  readonly evaluation: ModuleEvaluation | undefined
}

/**
 * Prepares one build of `program`; `cache` remembers lowered files for later builds.
 *
 * @param evaluations Of modules that are not evaluated at once.
 */
export function applicationFiles(
  program: ProgramLocation,
  cache: CompilerCache | null,
  evaluations: ModuleEvaluations = new Map(),
): ApplicationFiles {
  const loaded = new Map<string, LoadedFile>()

  async function load(path: string): Promise<OnLoadResult> {
    const source = await readFile(path, 'utf8')
    const file = programPath(program.root, path)
    const evaluation = evaluations.get(file)
    const { code, map } = await lower({ source, path, file, isEntry: path === program.entry, evaluation }, cache)
    const payload = JSON.stringify(map)
    loaded.set(path, { source, map: payload })
    return { contents: `${code}\n${inlineSourceMap(payload)}`, loader: 'js' }
  }

  const plugin: Plugin = {
    name: 'atoll-application-files',
    setup(build) {
      build.onLoad({ filter: APPLICATION_FILE, namespace: 'file' }, async ({ path, suffix }) => {
        if (suffix) return undefined
        if (LIBRARY.test(path)) return await loadLibrary(path, evaluations.get(programPath(program.root, path)))
        // esbuild would keep only the text of what is thrown here.
        return await load(path).catch((error: unknown) => ({ errors: [{ text: String(error), detail: error }] }))
      })
    },
  }

  function origin(
    path: string,
    line: number,
    column: number,
  ): Pick<Diagnostic, 'file' | 'line' | 'column' | 'excerpt'> {
    const file = programPath(program.root, path)
    const known = loaded.get(path)
    if (!known) return { file, line, column }
    const map = new SourceMap(JSON.parse(known.map) as SourceMapPayload)
    const entry = map.findEntry(line - 1, column - 1)
    const at =
      'originalLine' in entry
        ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
        : { line: 1, column: 1 }
    return { file, ...at, ...excerpt(known.source, at.line) }
  }

  return { plugin, origin }
}

/** A library's module is taken as it is, unless it has to wait for its turn. */
async function loadLibrary(path: string, evaluation: ModuleEvaluation | undefined): Promise<OnLoadResult | undefined> {
  if (!evaluation) return undefined
  const { deferLibraryModule } = await import('./lower/index.js')
  const { code, map } = deferLibraryModule(await readFile(path, 'utf8'), basename(path), evaluation)
  return { contents: `${code}\n${inlineSourceMap(JSON.stringify(map))}`, loader: path.endsWith('ts') ? 'ts' : 'js' }
}

async function lower(given: SourceFile, cache: CompilerCache | null): Promise<LoweredModule> {
  const { source, file, isEntry, evaluation } = given
  const extension = extname(file)
  if (NOT_SUPPORTED.has(extension)) {
    throw new CompileError([
      {
        file,
        line: 1,
        column: 1,
        message: `an application can't contain ${extension} files`,
        remedy: EXTENSION_REMEDY,
      },
    ])
  }
  const key = createHash('sha256')
    .update(JSON.stringify([await compilerFingerprint(), file, isEntry, evaluation, source]))
    .digest('hex')
  const remembered = await cache?.get(key)
  if (remembered) return remembered
  const { module, dependsOnProject } = await lowerAfresh(given)
  if (!dependsOnProject) await cache?.put(key, module)
  return module
}

/** Loads Babel only when something has to be lowered: it takes longer than a warm compilation. */
async function lowerAfresh({
  source,
  path,
  file,
  isEntry,
  evaluation,
}: SourceFile): Promise<{ module: LoweredModule; dependsOnProject: boolean }> {
  const [{ lowerModule, decoratorOptionsFor }, { checkMain }] = await Promise.all([
    import('./lower/index.js'),
    import('./main-export.js'),
  ])
  try {
    let dependsOnProject = false
    const decoratorOptions = () => {
      dependsOnProject = true // the cache's key knows nothing of its configuration
      return decoratorOptionsFor(path)
    }
    const module = lowerModule(source, { path: file, decoratorOptions, ...(evaluation && { evaluation }) })
    if (isEntry) checkMain(source, file)
    // esbuild looks for sources from the file's own folder.
    const map = { ...module.map, sources: [basename(file)], sourcesContent: undefined }
    return { module: { code: module.code, map }, dependsOnProject }
  } catch (error) {
    if (error instanceof CompileError) throw withExcerpts(error, source)
    throw new Error(`lowering ${file} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function withExcerpts(error: CompileError, source: string): CompileError {
  const [first, ...others] = error.diagnostics
  const show = (diagnostic: Diagnostic): Diagnostic => ({ ...excerpt(source, diagnostic.line), ...diagnostic })
  return new CompileError([show(first), ...others.map(show)], { cause: error })
}

function excerpt(source: string, line: number): { readonly excerpt?: string } {
  const text = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1]
  return text === undefined ? {} : { excerpt: text }
}

/** A source map as the comment that makes esbuild apply it. */
export const inlineSourceMap = (json: string): string =>
  `//# sourceMappingURL=data:application/json;base64,${Buffer.from(json).toString('base64')}`
