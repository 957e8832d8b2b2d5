/**
 * Installs and builds whatever is missing, and says so; with nothing missing it is done in a fraction of a second. Plain
 * Node without dependencies, for it runs on a fresh clone.
 */

import { fileURLToPath } from 'node:url'
import { build, buildIsStale } from './build.mjs'
import { install, missingFromInstallation } from './installation.mjs'

const OLDEST_NODE = [20, 11]

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
try {
  requireNode()
  const missing = missingFromInstallation()
  if (missing !== null) {
    console.log(`${missing}: installing (npm ci)`)
    install()
  }
  if (buildIsStale()) {
    console.log('The build is missing or out of date: building (tsc -b)')
    build()
  }
} catch (error) {
  console.error(`prepare: ${error.message}`)
  process.exitCode = 1
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  throw new Error(`this is Node ${process.versions.node}; Atoll needs ${OLDEST_NODE.join('.')} or newer`)
}
