import { SURROUNDINGS, type ProgramImage } from '@atoll/kernel'
import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { bundleProgram, type Bundle } from './bundle.js'
import { CompilerCache } from './cache.js'
import { CompileError } from './errors.js'
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
  const bundle = await bundleProgram(program, cache)
  const name = programPath(program.root, program.entry)
  const code = HEADER + bundle.code + FOOTER
  checkStrict(code, name)
  return { hash: createHash('sha256').update(code).digest('hex'), name, code, sourceMap: shifted(bundle) }
}

/**
 * The bundle gets a function of its own: its top-level names may be the surroundings' or the markers', and shadow them.
 * It is strict as ECMAScript modules are; libraries in CommonJS are held to it too, as in every bundle of modules.
 */
const HEADER = `(function ($r, $i, ${SURROUNDINGS.join(', ')}) {
"use strict";
const $S = $r.SUSPENDED, $U = $r.UNINITIALIZED;
(() => {
`
const FOOTER = '})();\n})'

/** Each line of the header is a line without mappings before the bundle's. */
function shifted({ map: { sources, names, mappings } }: Bundle): string {
  const lines = HEADER.split('\n').length - 1
  return JSON.stringify({ version: 3, sources, names, mappings: ';'.repeat(lines) + mappings })
}

/** Has V8 parse the image: what only loose code may say would otherwise surprise its first kernel. */
function checkStrict(code: string, name: string): void {
  try {
    new Script(code, { filename: name })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const line = Number(/:(\d+)\n/.exec(error.stack ?? '')?.[1] ?? 1)
    throw looseCode(error, name, code.split('\n').slice(0, line))
  }
}

/** The bundle says before each module which file it was. */
function looseCode(cause: SyntaxError, name: string, before: readonly string[]): CompileError {
  const start = before.findLastIndex((text) => /^\/\/ \S/.test(text))
  const file = before[start]?.slice(3) ?? name
  const message = `this is not valid in strict code (${cause.message})`
  const remedy = 'use a version of this library that is written for ECMAScript modules or for strict mode'
  return new CompileError([{ file, line: 1, column: 1, message, remedy }], { cause })
}
