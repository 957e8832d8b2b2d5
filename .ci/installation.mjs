import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Why `npm ci` is needed, or `null`. Compares what npm noted when it last installed (`node_modules/.package-lock.json`,
 * which it writes last) with the lock file, entry by entry: dates would mislead after a checkout or an interrupted run.
 */
export function missingFromInstallation() {
  const installed = packagesIn('node_modules/.package-lock.json')
  if (installed === null) return 'node_modules is missing or incomplete'
  const locked = packagesIn('package-lock.json')
  if (locked === null) throw new Error('package-lock.json is missing: restore it from the repository')
  for (const [path, wanted] of Object.entries(locked)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue // the workspace's own packages
    const found = installed[path]
    if (found === undefined && !wanted.optional && !wanted.devOptional && !wanted.peer)
      return `${path} is not installed`
    if (found !== undefined && found.version !== wanted.version) {
      return `${path} is version ${found.version}, the lock file says ${wanted.version}`
    }
  }
  return null
}

/** Installs what the lock file says. Throws if npm fails; npm has said why. */
export function install() {
  // Within `npm run` the running npm is named by its script, which also works where `npm` is a shell script.
  const [command, ...first] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const { status, error } = spawnSync(command, [...first, 'ci', '--include=dev'], { stdio: 'inherit' })
  if (error) throw new Error(`npm could not be started: ${error.message}`)
  if (status !== 0) throw new Error('npm ci failed: see its message above')
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw new Error(`${lockFile} cannot be read: ${error.message}`, { cause: error })
  }
}
