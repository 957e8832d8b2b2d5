import type { Plugin } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { RUNTIME_MODULE } from './lower/runtime-module.js'

/** Namespace of the modules below: esbuild shows them as `atoll:calls` and the like, which is the same in every folder. */
const NAMESPACE = 'atoll'

/**
 * Gives esbuild what lowered modules import as `atoll:runtime`: the modules of `image-runtime`, in their compiled form. All
 * modules of a program share them, and what none of them uses is left out.
 */
export const runtimeModules: Plugin = {
  name: 'atoll-runtime-modules',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${RUNTIME_MODULE}$`) }, () => runtimeModule('index'))
    build.onResolve({ filter: /^\.\//, namespace: NAMESPACE }, ({ path }) => runtimeModule(basename(path, '.js')))
    build.onLoad({ filter: /./, namespace: NAMESPACE }, async ({ path }) => ({ contents: await textOf(path) }))
  },
}

/** Modules that nothing is used of have no effects that are missed. */
const runtimeModule = (path: string) => ({ path, namespace: NAMESPACE, sideEffects: false })

/** Without the comment that names its source map: places in these modules are nothing that a program's author knows. */
async function textOf(name: string): Promise<string> {
  const text = await readFile(new URL(`./image-runtime/${name}.js`, import.meta.url), 'utf8')
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, '')
}
