/**
 * The tests again, on the newest LTS Node. Its binary comes from npm, pinned, into .cache/: not as a dependency, for it
 * weighs 200 MB and exists for Linux on x64 and arm64 only. Elsewhere, run `node .ci/test.mjs --tests-only` with a Node
 * of your own.
 */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const LTS = '26.10.0'
const PLATFORMS = ['linux-x64', 'linux-arm64']

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
process.exitCode = main()

function main() {
  const platform = `${process.platform}-${process.arch}`
  if (!PLATFORMS.includes(platform)) {
    console.error(
      `test:lts needs one of ${PLATFORMS.join(', ')}; this is ${platform}. ` +
        `Install Node ${LTS} yourself and run 'node .ci/test.mjs --tests-only' with it.`,
    )
    return 1
  }
  const node = resolve(`.cache/node-${LTS}/node_modules/node-${platform}/bin/node`)
  if (!existsSync(node) && !fetchNode(platform)) return 1

  // Tests that start `node` by name are to get this one, too.
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`
  const { status } = spawnSync(node, ['.ci/test.mjs', '--tests-only', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  })
  return status ?? 1
}

function fetchNode(platform) {
  console.log(`Node ${LTS} is missing: installing it into .cache/`)
  const [command, ...first] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const args = ['install', '--no-save', '--prefix', `.cache/node-${LTS}`, `node-${platform}@${LTS}`]
  const { status } = spawnSync(command, [...first, ...args], { stdio: 'inherit' })
  if (status !== 0) console.error(`test:lts: npm could not install node-${platform}@${LTS}: see its message above`)
  return status === 0
}
