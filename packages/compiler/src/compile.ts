import type { ProgramImage } from '@atoll/kernel'
import { createHash } from 'node:crypto'
import { bundleProgram } from './bundle.js'
import { CompilerCache } from './cache.js'
import { checkImageCode, imageCode, imageMappings } from './image-code.js'
import { locateProgram, programPath } from './program-root.js'

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
  checkImageCode(code, name)
  return {
    hash: createHash('sha256').update(code).digest('hex'),
    name,
    code,
    sourceMap: JSON.stringify({ ...map, mappings: imageMappings(map.mappings) }),
  }
}
