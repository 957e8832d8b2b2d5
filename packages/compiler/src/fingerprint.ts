import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version as esbuildVersion } from 'esbuild'

let known: Promise<string> | null = null

/**
 * A digest of the compiler itself: its own code and the versions of what it stands on. Part of every cache key, so
 * that a changed compiler never meets the work of its predecessor, even where the package's version stayed the same.
 */
export const compilerFingerprint = (): Promise<string> => (known ??= compute())

async function compute(): Promise<string> {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js')).sort()
  const hash = createHash('sha256').update(`${await babelVersion()} ${esbuildVersion}`)
  for (const text of await Promise.all(files.map((file) => readFile(join(folder, file))))) hash.update(text)
  return hash.digest('hex')
}

/** Read from its manifest: loading Babel itself would cost a warm compilation more than everything else. */
async function babelVersion(): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('@babel/core/package.json')
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version
}
