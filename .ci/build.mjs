import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const RECORD = '.cache/build.json'
const ROOT_INPUTS = ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json']

/**
 * Is a build needed? A build that has succeeded leaves a record (path, size, date) of what it read and of what it wrote;
 * whatever is changed, added or removed on either side shows. Compared with `tsc -b`, which trusts that its outputs are
 * still there, this takes a tenth of the time.
 */
export function buildIsStale() {
  return JSON.stringify(lastBuild()) !== JSON.stringify({ inputs: listing(inputs()), outputs: listing(outputs()) })
}

/** Builds all projects of the workspace. Throws if the compiler reports errors; it has printed them. */
export function build() {
  for (const project of projects()) removeOrphans(project)
  const inputsBefore = listing(inputs()) // taken first: a source that is edited meanwhile must show
  // Only by force does the compiler write an output again that somebody removed.
  const options = outputsAreComplete() ? ['-b'] : ['-b', '--force']
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', ...options], { stdio: 'inherit' })
  if (status !== 0) throw new Error('tsc -b failed: see its messages above')
  mkdirSync('.cache', { recursive: true })
  writeFileSync(`${RECORD}.new`, JSON.stringify({ inputs: inputsBefore, outputs: listing(outputs()) }))
  renameSync(`${RECORD}.new`, RECORD) // whole or not at all
}

function lastBuild() {
  return existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : null
}

function outputsAreComplete() {
  const last = lastBuild()
  return last !== null && Object.keys(last.outputs).every((file) => isOrphan(file) || existsSync(file))
}

function inputs() {
  return [...ROOT_INPUTS, ...projects().flatMap((project) => [...filesUnder(project, ['node_modules', 'dist'])])]
}

function outputs() {
  return projects().flatMap((project) => [...filesUnder(join(project, 'dist'))])
}

function projects() {
  return JSON.parse(readFileSync('tsconfig.json', 'utf8')).references.map(({ path }) => path)
}

function listing(files) {
  return Object.fromEntries(
    files.sort().map((file) => {
      const { size, mtimeMs } = statSync(file)
      return [file, `${size} ${mtimeMs}`]
    }),
  )
}

/** The compiler leaves the outputs of a deleted source behind, and AVA would go on running such a test. */
function removeOrphans(project) {
  for (const file of filesUnder(join(project, 'dist'))) if (isOrphan(file)) rmSync(file)
}

/** Did the compiler write this from a source that is gone? */
function isOrphan(file) {
  const [, project, source] = /^(.*?)[/\\]dist[/\\](.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(file) ?? []
  return source !== undefined && !existsSync(join(project, `${source}.ts`))
}

function* filesUnder(folder, ignoredFolders = []) {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) yield path
    else if (!ignoredFolders.includes(entry.name)) yield* filesUnder(path, ignoredFolders)
  }
}
