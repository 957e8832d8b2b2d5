import type { ProgramImage } from './image.js'

/**
 * An image's code as the engine is given it: with the source map behind it, if debuggers are to have it. Inline, because a kernel has nothing to
 * serve it from. It is a comment of its own line at the end: no error shows it, and line numbers stay.
 */
export function debugCode({ code, sourceMap, sourceRoot }: ProgramImage): string {
  if (sourceRoot === undefined) return code
  const map = JSON.stringify({ ...(JSON.parse(sourceMap) as object), ...(sourceRoot !== '' && { sourceRoot }) })
  const data = Buffer.from(map).toString('base64')
  return `${code}\n//# ${'sourceMappingURL'}=data:application/json;charset=utf-8;base64,${data}`
}
