import * as t from '@babel/types'
import { CompileError, type Diagnostic } from '../errors.js'
import { isTypeScript } from './parse.js'
import type { Analysis, Owner, Variable } from './names/scopes.js'

/**
 * What is not compiled, because it would be compiled wrongly: each with its place and a remedy.
 */

/** Stops the compilation of this module. */
export function refuse(file: string, node: t.Node | null | undefined, message: string, remedy: string): never {
  throw new CompileError([diagnostic(file, node, message, remedy)])
}

function diagnostic(file: string, node: t.Node | null | undefined, message: string, remedy: string): Diagnostic {
  const start = node?.loc?.start ?? { line: 1, column: 0 }
  return { file, line: start.line, column: start.column + 1, message, remedy }
}

/** Throws for everything in the source whose form alone is refused. */
export function refuseForms(file: t.File, path: string): void {
  const found: Diagnostic[] = []
  t.traverseFast(file.program, (node) => {
    if ('declare' in node && node.declare === true) return t.traverseFast.skip // no code comes of it
    const answer = t.isDecorator(node) && !isTypeScript(path) ? DECORATOR : refusedForm(node)
    if (!answer) return
    const [message, remedy, place = node] = answer
    found.push(diagnostic(path, place, message, remedy))
  })
  throwAll(found)
}

const DECORATOR = ['JavaScript has no decorators yet', 'write the module in TypeScript'] as const

function refusedForm(node: t.Node): readonly [message: string, remedy: string, place?: t.Node] | null {
  switch (node.type) {
    case 'WithStatement':
      return ['with is not supported', 'name the object in each access']
    case 'CallExpression':
      if (!t.isIdentifier(node.callee, { name: 'eval' })) return null
      return [
        'eval is not supported: it could reach variables that have moved',
        'use new Function, which sees globals only',
      ]
    case 'TSImportEqualsDeclaration':
      if (!t.isTSExternalModuleReference(node.moduleReference)) return null
      return ['import … = require() is CommonJS', 'write import … from']
    case 'TSExportAssignment':
      return ['export = is CommonJS', 'name what is exported, or write export default']
    default:
      return null
  }
}

/** Throws for names that are used in refused ways. `source` is looked at for the marker of kernel-local variables. */
export function refuseUses(analysis: Analysis, path: string, source: string): void {
  const lines = source.split('\n')
  throwAll(assignedModuleState(analysis, path, lines))
}

/** Kernels share no heap, so each would assign its own copy of the variable. */
function assignedModuleState({ program }: Analysis, path: string, lines: readonly string[]): Diagnostic[] {
  return [...program.variables.values()].flatMap((variable) => {
    const write = variable.references.find(({ writes, owner }) => writes && !runsWithModule(owner))
    if (!write || variable.constant || isKernelLocal(variable, lines)) return []
    const message = `the module-level variable ${variable.name} is assigned by ${ownerName(write.owner)}, and every kernel has its own`
    const remedy = 'keep it in shared memory (mmap), or mark its declaration // @kernel-local'
    return [diagnostic(path, variable.identifier, message, remedy)]
  })
}

/** Does it run once, when the module is evaluated? So do static blocks and fields of the module's classes. */
function runsWithModule({ kind, node, parent, repeated }: Owner): boolean {
  if (kind === 'program') return true
  const isStatic = t.isStaticBlock(node) || ('static' in node && node.static === true)
  return kind === 'field' && isStatic && parent?.kind === 'program' && !repeated
}

/** Is it marked as a variable of which each kernel has its own on purpose? */
export function isKernelLocal({ identifier }: Variable, lines: readonly string[]): boolean {
  const line = identifier?.loc?.start.line
  if (line === undefined) return false
  return /\/\/.*@kernel-local\b/.test(lines[line - 1] ?? '') || /^\s*\/\/.*@kernel-local\b/.test(lines[line - 2] ?? '')
}

function ownerName({ node, kind }: Owner): string {
  if (kind === 'field') return 'a field of a class'
  if ((t.isFunctionDeclaration(node) || t.isFunctionExpression(node)) && node.id) return node.id.name
  if ((t.isObjectMethod(node) || t.isClassMethod(node)) && t.isIdentifier(node.key)) return node.key.name
  return 'a function'
}

function throwAll(found: readonly Diagnostic[]): void {
  const [first, ...others] = [...found].sort((a, b) => a.line - b.line || a.column - b.column)
  if (first) throw new CompileError([first, ...others])
}
