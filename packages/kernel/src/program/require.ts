import { createRequire, isBuiltin } from 'node:module'
import type { Externals } from '../externals.js'

const hostRequire = createRequire(import.meta.url)

/** `require` for program images: the kernel's own modules, and those of the runtime. Everything else was bundled. */
export const requireFor =
  (externals: Externals) =>
  (specifier: string): unknown => {
    const external = externals.module(specifier)
    if (external) return external
    if (isBuiltin(specifier)) return hostRequire(specifier)
    throw new Error(
      `this kernel has no module '${specifier}': programs are bundled, and import only @atoll/posix and node: modules from outside`,
    )
  }
