import { build } from 'esbuild'
import { runtimeModules } from '../src/runtime-modules.js'

/** A lowered module together with what it imports from `atoll:runtime`, as CommonJS. */
export async function linked(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'js' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['./*'],
    logLevel: 'silent',
    plugins: [runtimeModules],
  })
  const [file] = outputFiles
  if (!file) throw new Error('esbuild returned no bundle')
  return file.text
}
