import { realpath, stat } from 'node:fs/promises'
import { dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CompileError } from './errors.js'
import { EXTENSION_REMEDY } from './remedies.js'

/** Where a program is on this machine. */
export interface ProgramLocation {
  /** Absolute real path of the entry module. */
  readonly entry: string
  /** Absolute path of the folder that the program's paths are relative to. */
  readonly root: string
}

const MODULE_EXTENSIONS = new Set(['.ts', '.mts', '.js', '.mjs'])

/**
 * Finds the entry module and the program's root: the nearest folder at or above the entry's that has a `package.json`,
 * or the entry's own folder. Symbolic links are resolved first, so that a program has one set of paths however it is reached.
 *
 * @throws {CompileError} if there is no such file, or it is not a module that can be compiled.
 */
export async function locateProgram(entry: URL | string): Promise<ProgramLocation> {
  const given = typeof entry === 'string' && !entry.startsWith('file:') ? entry : fileURLToPath(entry)
  const path = await realpath(given).catch((cause: unknown) => {
    throw refused(given, 'there is no such file', 'give the path of the module that exports main', cause)
  })
  if ((await stat(path)).isDirectory()) {
    throw refused(given, 'this is a folder, not a module', 'give the path of the module that exports main')
  }
  if (!MODULE_EXTENSIONS.has(extname(path))) {
    throw refused(given, `a program can't be a ${extname(path) || 'nameless kind of'} file`, EXTENSION_REMEDY)
  }
  return { entry: path, root: (await nearestPackage(dirname(path))) ?? dirname(path) }
}

/** `path` relative to `root` with forward slashes on every machine: what images, function ids and messages show. */
export const programPath = (root: string, path: string): string => relative(root, path).split(sep).join('/')

async function nearestPackage(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    if (await exists(join(at, 'package.json'))) return at
    if (at === dirname(at)) return null
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const refused = (file: string, message: string, remedy: string, cause?: unknown): CompileError =>
  new CompileError([{ file, line: 1, column: 1, message, remedy }], { cause })
