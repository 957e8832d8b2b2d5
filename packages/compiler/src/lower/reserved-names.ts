import { CompileError, type Diagnostic } from '../errors.js'
import type { Captures } from './names/captures.js'
import type { Variable } from './names/scopes.js'
import type { ModuleOutput } from './output.js'

/** Names that generated code declares within resumable functions, beside temporaries, which are numbers. */
const LOCAL = /^\$(?:\d+|p|value|thrown|frame|fuel|turns|t|caught|result|state|resumption|this|arguments|target|class)$/

/** Names that every image has. */
const OF_IMAGES = /^\$[riSU]$/

/**
 * Refuses variables that generated code would take for something else. Those of functions were renamed where need be;
 * those of the module, and what functions and classes call themselves, keep their names.
 */
export function refuseClashes({ variables }: Captures, { helpers, path }: ModuleOutput): void {
  const clashes = (variable: Variable): boolean => {
    const { emitted, captured, identifier, references, scope } = variable
    if (captured || !identifier) return false
    if (OF_IMAGES.test(emitted) || (helpers as ReadonlySet<string>).has(emitted)) return true
    return scope.isProgram && LOCAL.test(emitted) && references.some(({ owner }) => owner.kind !== 'program')
  }
  const [first, ...others] = [...new Set(variables.values())]
    .filter(clashes)
    .map(({ name, identifier }): Diagnostic => {
      const { line, column } = identifier?.loc?.start ?? { line: 1, column: 0 }
      const message = `the name ${name} is the ${OF_IMAGES.test(name) ? "kernel's" : "compiler's"}`
      return { file: path, line, column: column + 1, message, remedy: 'choose another name' }
    })
  if (first) throw new CompileError([first, ...others])
}
