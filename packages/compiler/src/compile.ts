import type { ProgramImage } from '@atoll/kernel'
import { createHash } from 'node:crypto'
import { bundleProgram } from './bundle.js'
import { CompilerCache } from './cache.js'
import type { CompileError } from './errors.js'
import { imageCode, imageMappings, sloppyCode, syntaxErrorIn } from './image-code.js'
import { locateProgram, programPath, type ProgramLocation } from './program-root.js'

/** How {@link compileProgram} works. */
export interface CompileOptions {
  /**
   * Where lowered files are remembered between compilations; `null` for nowhere.
   * @default the program's usual cache, see {@link CompilerCache.forRoot}
   */
  readonly cache?: CompilerCache | null
}

/**
 * Compiles a program: the module `entry` and everything it imports, in one image that any kernel can run.
 *
 * The application's files (TypeScript or JavaScript modules outside `node_modules`) are lowered, so that their threads can
 * be suspended and moved; libraries are taken as they are. `@atoll/*` and Node's own modules stay outside. The same sources
 * give the same image, on every machine and in every folder.
 *
 * @param entry The module that exports `main`: a file URL or path.
 * @throws {CompileError} with every file, line and column that is wrong, what is wrong there, and the remedy.
 */
export async function compileProgram(entry: URL | string, options: CompileOptions = {}): Promise<ProgramImage> {
  const program = await locateProgram(entry)
  const cache = options.cache === undefined ? await CompilerCache.forRoot(program.root) : options.cache
  const { code: bundle, map } = await bundleProgram(program, cache)
  const name = programPath(program.root, program.entry)
  const code = imageCode(bundle)
  if (syntaxErrorIn(code)) throw await explainSyntaxError(program, cache, name)
  return {
    hash: createHash('sha256').update(code).digest('hex'),
    name,
    code,
    sourceMap: JSON.stringify({ ...map, mappings: imageMappings(map.mappings) }),
  }
}

/** An image has neither lines nor comments of its modules: the bundle is made once more, with them, to find the file at fault. */
async function explainSyntaxError(
  program: ProgramLocation,
  cache: CompilerCache | null,
  name: string,
): Promise<CompileError> {
  const { code: bundle } = await bundleProgram(program, cache, 'readable')
  const code = imageCode(bundle)
  const error = syntaxErrorIn(code)
  if (!error) throw new Error('the bundle is valid with white space, and not without')
  return sloppyCode(error, code, name)
}
