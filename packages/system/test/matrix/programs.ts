import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

// A program under `packages/*/test/programs`, and what it must do wherever it runs.
export interface TestProgram {
  /** `programs/hello.ts`. */
  readonly title: string
  readonly entry: URL
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly expected: Expected
}

/** Sidecars of the program: `hello.out`, `hello.err`, and the comment `// status: 3` at its head. */
export interface Expected {
  readonly stdout: string
  /** Parts of standard error, in this order. None: it must be empty. */
  readonly stderr: readonly string[]
  readonly status: number
}

const PACKAGES = new URL('../../../../', import.meta.url)

/** Every program of every package that has a sidecar `.out`; others are the input of other tests. */
export function findPrograms(): TestProgram[] {
  const folders = readdirSync(PACKAGES).map((name) => new URL(`${name}/test/programs/`, PACKAGES))
  return folders.flatMap((folder) =>
    filesOf(folder)
      .filter((name) => name.endsWith('.out'))
      .map((name) => readProgram(new URL(name.replace(/out$/, 'ts'), folder))),
  )
}

function readProgram(entry: URL): TestProgram {
  const head = /^(\/\/.*\n)*/.exec(readFileSync(entry, 'utf8'))?.[0] ?? ''
  return {
    title: `programs/${basename(entry.pathname)}`,
    entry,
    argv: (setting(head, 'argv') ?? []) as string[],
    env: (setting(head, 'env') ?? {}) as Record<string, string>,
    expected: {
      stdout: readFileSync(sidecar(entry, 'out'), 'utf8'),
      stderr: errorParts(entry),
      status: (setting(head, 'status') ?? 0) as number,
    },
  }
}

/** `// name: JSON` in the comment at the head of the program. */
function setting(head: string, name: string): unknown {
  const value = new RegExp(`^// ${name}: (.*)$`, 'm').exec(head)?.[1]
  return value === undefined ? undefined : JSON.parse(value)
}

function errorParts(entry: URL): string[] {
  const url = sidecar(entry, 'err')
  const exists = filesOf(new URL('.', entry)).includes(basename(url.pathname))
  return exists ? readFileSync(url, 'utf8').split('\n').filter(Boolean) : []
}

const sidecar = (entry: URL, extension: string): URL => new URL(entry.href.replace(/ts$/, extension))

function filesOf(folder: URL): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [] // a package without programs
    throw error
  }
}
