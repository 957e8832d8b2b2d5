import type { CompileError, Diagnostic } from './errors.js'

/**
 * What is wrong with a program, for a person at a terminal: per diagnostic its place, the source line with a caret
 * under the culprit, and the remedy.
 *
 * ```text
 * src/app.ts:3:7: the module-level variable total is assigned by add
 *     3 | let total = 0
 *       |     ^
 *   remedy: keep it in shared memory (mmap)
 * ```
 */
export const formatCompileError = (error: CompileError): string => error.diagnostics.map(format).join('\n\n')

function format({ file, line, column, message, remedy, excerpt }: Diagnostic): string {
  const head = `${file}:${line}:${column}: ${message}`
  const foot = `  remedy: ${remedy}`
  if (excerpt === undefined) return `${head}\n${foot}`
  const number = String(line).padStart(5)
  // Tabs stay tabs, so that the caret is under its column whatever their width is.
  const before = excerpt.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return `${head}\n${number} | ${excerpt}\n${' '.repeat(number.length)} | ${before}^\n${foot}`
}
