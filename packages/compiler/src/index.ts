/**
 * Turns a TypeScript program into an Atoll program image.
 *
 * @example
 * ```ts
 * import { compileProgram } from '@atoll/compiler'
 *
 * const image = await compileProgram(new URL('./app.ts', import.meta.url))
 * console.log(image.name, image.hash)
 * ```
 *
 * @packageDocumentation
 */
export { CompilerCache, type LoweredModule } from './cache.js'
export { compileProgram, type CompileOptions } from './compile.js'
export { CompileError, type Diagnostic } from './errors.js'
export { formatCompileError } from './format.js'
