import { build, type BuildOptions, type BuildResult, type Message } from 'esbuild'
import { basename, dirname, join } from 'node:path'
import { applicationFiles, inlineSourceMap, type ApplicationFiles } from './application-files.js'
import { moduleEvaluations, type ModuleEvaluations } from './asynchronous-modules.js'
import type { CompilerCache } from './cache.js'
import { CompileError, type Diagnostic } from './errors.js'
import { RUNTIME_MODULE } from './lower/runtime-module.js'
import { programPath, type ProgramLocation } from './program-root.js'
import { MAIN_REMEDY, remedyFor } from './remedies.js'
import { runtimeModules } from './runtime-modules.js'

/** A program in one CommonJS module. */
export interface Bundle {
  readonly code: string
  /** Source map of `code` (version 3), sources relative to the program's root; those of the image's runtime are `atoll:…`. */
  readonly map: SourceMapJson
}

/** The fields of a version 3 source map that a bundle has. */
export interface SourceMapJson {
  readonly version: 3
  readonly sources: readonly string[]
  readonly names: readonly string[]
  readonly mappings: string
}

/** `dense`: without the white space and comments that make half of an image; `readable`: with them. */
export type Layout = 'dense' | 'readable'

/** Lines of a dense bundle end after about so many characters: tools print whole lines. */
const LINE_LIMIT = 500

/** Name of the module that re-exports the program's entry. */
const FRONT = 'atoll:program'

/** How esbuild begins to say that a module of a bundle in CommonJS awaits at its top level. */
const TOP_LEVEL_AWAIT = 'Top-level await is currently not supported'

/** Warnings of esbuild that mean: this program can't do what it says. */
const FATAL_WARNINGS = new Set(['empty-import-meta', 'import-is-undefined', 'assign-to-import'])

/**
 * Bundles a program: application files lowered, libraries as they are, `@atoll/*` and Node's own modules left to the
 * kernel's `require`.
 *
 * @throws {CompileError} with everything that is wrong with the program.
 */
export async function bundleProgram(
  program: ProgramLocation,
  cache: CompilerCache | null,
  layout: Layout = 'dense',
): Promise<Bundle> {
  const files = applicationFiles(program, cache)
  try {
    return bundleOf(await build(optionsFor(program, files, layout)), program, files)
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    const awaiting = awaitingModules(error.errors)
    if (awaiting === null) throw explain(error.errors, program, files)
    return await bundleAsynchronously(program, cache, files, awaiting, layout)
  }
}

/** CommonJS knows no `await` at the top level: with the graph of the program's modules at hand, those that await or wait become functions. */
async function bundleAsynchronously(
  program: ProgramLocation,
  cache: CompilerCache | null,
  files: ApplicationFiles,
  awaiting: ReadonlySet<string>,
  layout: Layout,
): Promise<Bundle> {
  const explaining = (error: unknown): never => {
    throw isBuildFailure(error) ? explain(error.errors, program, files) : error
  }
  const { metafile } = await build({ ...optionsFor(program, files, layout), format: 'esm', metafile: true }).catch(
    explaining,
  )
  const evaluations = moduleEvaluations(metafile.inputs, awaiting)
  const deferring = applicationFiles(program, cache, evaluations)
  const options = optionsFor(program, deferring, layout, evaluations)
  return bundleOf(await build(options).catch(explaining), program, deferring)
}

function bundleOf(
  { warnings, outputFiles }: BuildResult<{ write: false }>,
  program: ProgramLocation,
  files: ApplicationFiles,
): Bundle {
  const fatal = warnings.filter(({ id, location }) => FATAL_WARNINGS.has(id) && !isLibrary(location?.file))
  if (fatal.length > 0) throw explain(fatal, program, files)
  const [map, code] = outputFiles
  if (!map || !code) throw new Error('esbuild returned no bundle')
  const { sources, names, mappings } = JSON.parse(map.text) as SourceMapJson
  return { code: code.text, map: { version: 3, sources, names, mappings } }
}

/** Modules that await at their top level, if that is all that is wrong. */
function awaitingModules(errors: readonly Message[]): ReadonlySet<string> | null {
  const files = errors.map(({ text, location }) => (text.startsWith(TOP_LEVEL_AWAIT) ? location?.file : undefined))
  return files.every((file) => file !== undefined) ? new Set(files) : null
}

/**
 * A front module asks for `main` by name, so that esbuild itself finds out whether the entry exports it. Its own source
 * map says that it is the entry: the bundle's map is to speak of the program's files only.
 */
function optionsFor(
  { entry, root }: ProgramLocation,
  files: ApplicationFiles,
  layout: Layout,
  evaluations: ModuleEvaluations = new Map(),
) {
  const name = basename(entry)
  const from = JSON.stringify(`./${name}`)
  const path = programPath(root, entry)
  const evaluation = evaluations.get(path)?.deferred
    ? `import { $program } from ${JSON.stringify(RUNTIME_MODULE)}\n$program(${JSON.stringify(path)})\n`
    : ''
  const map = JSON.stringify({ version: 3, sources: [name], names: [], mappings: 'AAAA' })
  return {
    stdin: {
      contents: `${evaluation}export * from ${from}\nexport { main } from ${from}\n${inlineSourceMap(map)}`,
      resolveDir: dirname(entry),
      sourcefile: FRONT,
      loader: 'js',
    },
    absWorkingDir: root,
    outfile: join(root, 'program.cjs'),
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@atoll/*'],
    sourcemap: 'external',
    sourcesContent: false,
    charset: 'utf8',
    minifyWhitespace: layout === 'dense',
    ...(layout === 'dense' && { lineLimit: LINE_LIMIT }),
    logLevel: 'silent',
    plugins: [runtimeModules, files.plugin],
  } as const satisfies BuildOptions
}

/** What esbuild says, in the program's terms; what the lowering refused comes through as it was thrown. */
function explain(messages: readonly Message[], program: ProgramLocation, files: ApplicationFiles): CompileError {
  const diagnostics = messages.flatMap((message): readonly Diagnostic[] => {
    if (message.text.startsWith(TOP_LEVEL_AWAIT)) return [] // nothing wrong with that, once the rest is mended
    if (message.detail instanceof CompileError) return message.detail.diagnostics
    if (message.detail instanceof Error) throw message.detail // not the program's fault
    return [diagnose(message, program, files)]
  })
  const [first, ...others] = withoutRepetitions(diagnostics)
  if (!first) throw new Error('esbuild failed and gave no reason')
  return new CompileError([first, ...others])
}

/** esbuild says some things twice, at places that are one in the source: the call's and the resumed version of a function. */
const withoutRepetitions = (diagnostics: readonly Diagnostic[]): Diagnostic[] => [
  ...new Map(diagnostics.map((item) => [JSON.stringify(item), item])).values(),
]

function diagnose({ text, location }: Message, { root, entry }: ProgramLocation, files: ApplicationFiles): Diagnostic {
  const start = { file: programPath(root, entry), line: 1, column: 1 }
  if (!location) return { ...start, message: text, remedy: remedyFor(text) }
  // esbuild puts the folder of the entry before the name.
  if (basename(location.file) === FRONT) {
    return { ...start, message: 'the program exports no main', remedy: MAIN_REMEDY }
  }
  const column = Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1
  return { ...files.origin(join(root, location.file), location.line, column), message: text, remedy: remedyFor(text) }
}

const isLibrary = (file: string | undefined): boolean => file?.split('/').includes('node_modules') ?? false

const isBuildFailure = (error: unknown): error is Error & { errors: Message[] } =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors)
