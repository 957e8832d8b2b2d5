import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'

/** What the lowering makes of one source file. */
export interface LoweredModule {
  /** An ECMAScript module, without types, whose `async` functions are resumable. */
  readonly code: string
  /** Source map of `code` to the original source (version 3). */
  readonly map: object
}

let written = 0

/**
 * A folder that remembers lowered modules by the content of what they were made from, so that compiling a program again
 * lowers only what has changed. Several compilers may share it: an entry appears whole or not at all, and one that was
 * damaged counts as missing. Deleting the folder is always safe.
 */
export class CompilerCache {
  /** Absolute path of the folder; it is created by the first {@link put}. */
  readonly directory: string
  #problem: Error | null = null

  constructor(directory: string) {
    this.directory = directory
  }

  /**
   * The usual place for a program's cache: `node_modules/.cache/atoll` under its root, or the user's cache folder if
   * the program has no `node_modules`.
   */
  static async forRoot(root: string): Promise<CompilerCache> {
    const modules = join(root, 'node_modules')
    const installed = await stat(modules).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    return new CompilerCache(installed ? join(modules, '.cache', 'atoll') : join(userCacheFolder(), 'atoll'))
  }

  /** Why the cache could not be used, the last time that happened. It costs time and nothing else, so it is no error. */
  get problem(): Error | null {
    return this.#problem
  }

  /** The entry under `key`, or `undefined` if there is none that is intact. */
  async get(key: string): Promise<LoweredModule | undefined> {
    try {
      return decode(await readFile(this.#path(key), 'utf8'))
    } catch (error) {
      this.#note(error)
      return undefined
    }
  }

  /** Remembers `module` under `key`, a lower-case hexadecimal hash of everything it depends on. */
  async put(key: string, module: LoweredModule): Promise<void> {
    const temporary = join(this.directory, `${key}.${process.pid}.${threadId}.${written++}.tmp`)
    try {
      await mkdir(this.directory, { recursive: true })
      await writeFile(temporary, encode(module))
      await rename(temporary, this.#path(key))
    } catch (error) {
      this.#note(error)
      await rm(temporary, { force: true }).catch((left: unknown) => this.#note(left))
    }
  }

  #path(key: string): string {
    return join(this.directory, `${key}.json`)
  }

  #note(error: unknown): void {
    if (!isSystemError(error)) throw error
    if (error.code !== 'ENOENT') this.#problem = error
  }
}

/** Digest first: what a crashed or full disk left of a file never passes for an entry. */
function encode(module: LoweredModule): string {
  const body = JSON.stringify(module)
  return `${digest(body)}\n${body}`
}

function decode(text: string): LoweredModule | undefined {
  const end = text.indexOf('\n')
  const body = text.slice(end + 1)
  return text.slice(0, Math.max(end, 0)) === digest(body) ? (JSON.parse(body) as LoweredModule) : undefined
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error

function userCacheFolder(): string {
  if (process.env['XDG_CACHE_HOME']) return process.env['XDG_CACHE_HOME']
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  if (process.platform === 'win32') return process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local')
  return join(homedir(), '.cache')
}
