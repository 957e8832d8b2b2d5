import * as t from '@babel/types'
import { CompileError, type Diagnostic } from '../errors.js'
import type { Analysis, Owner, Variable } from './scopes.js'

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
    const answer = refusedForm(node)
    if (answer) found.push(diagnostic(path, node, ...answer))
  })
  throwAll(found)
}

const PRIVATE = 'use a name that begins with an underscore, or a TypeScript private member'

function refusedForm(node: t.Node): readonly [message: string, remedy: string] | null {
  switch (node.type) {
    case 'PrivateName':
      return [`the private name #${node.id.name} can't move with its object`, PRIVATE]
    case 'Decorator':
      return ['decorators are not supported in application code', 'call the decorating function on the class instead']
    case 'ForOfStatement':
      if (!node.await) return null
      return ['for await is not supported', 'write a for or while loop that awaits each item']
    case 'VariableDeclaration':
      if (node.kind !== 'using' && node.kind !== 'await using') return null
      return [`${node.kind} is not supported`, 'release the resource in a finally block']
    case 'WithStatement':
      return ['with is not supported', 'name the object in each access']
    case 'CallExpression':
      if (!t.isIdentifier(node.callee, { name: 'eval' })) return null
      return [
        'eval is not supported: it could reach variables that have moved',
        'use new Function, which sees globals only',
      ]
    case 'ClassAccessorProperty':
      return ['accessor fields are not supported', 'write a getter and a setter']
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ObjectMethod':
    case 'ClassMethod':
      if (!node.async || !node.generator) return null
      return ['async generators are not supported', 'pass a callback, or return items in arrays']
    default:
      return null
  }
}

/** Throws for names that are used in refused ways. `source` is looked at for the marker of kernel-local variables. */
export function refuseUses(analysis: Analysis, path: string, source: string): void {
  const lines = source.split('\n')
  throwAll([
    ...assignedModuleState(analysis, path, lines),
    ...reservedNames(analysis, path),
    ...topLevelAwaits(analysis, path),
    ...classSelves(analysis, path),
    ...supers(analysis, path),
    ...parameterScopes(analysis, path),
  ])
}

/** Kernels share no heap, so each would assign its own copy of the variable. */
function assignedModuleState({ program }: Analysis, path: string, lines: readonly string[]): Diagnostic[] {
  return [...program.variables.values()].flatMap((variable) => {
    const write = variable.references.find(({ writes, owner }) => writes && owner.kind !== 'program')
    if (!write || variable.constant || isKernelLocal(variable, lines)) return []
    const message = `the module-level variable ${variable.name} is assigned by ${ownerName(write.owner)}, and every kernel has its own`
    const remedy = 'keep it in shared memory (mmap), or mark its declaration // @kernel-local'
    return [diagnostic(path, variable.identifier, message, remedy)]
  })
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

function reservedNames({ program }: Analysis, path: string): Diagnostic[] {
  return ['$r', '$i', '$S', '$U'].flatMap((name) => {
    const variable = program.variables.get(name)
    return variable
      ? [diagnostic(path, variable.identifier, `the name ${name} is the kernel's`, 'choose another name')]
      : []
  })
}

function topLevelAwaits({ keywords }: Analysis, path: string): Diagnostic[] {
  return keywords.flatMap(([node, owner]) =>
    t.isAwaitExpression(node) && owner.kind === 'program'
      ? [diagnostic(path, node, "a module can't await at its top level", 'await inside main')]
      : [],
  )
}

/** A class expression's own name can't be reached from code that is lifted out of it. */
function classSelves({ variables, references }: Analysis, path: string): Diagnostic[] {
  return [...references].flatMap(([node, { owner }]) => {
    const variable = variables.get(node)
    if (variable?.kind !== 'class-self' || !isLifted(owner, variable.owner)) return []
    const remedy = 'declare the class by a statement, or refer to the variable that holds it'
    return [
      diagnostic(path, node, `the class expression's own name ${variable.name} is used by a lifted function`, remedy),
    ]
  })
}

function isLifted(user: Owner, home: Owner): boolean {
  for (let owner: Owner | null = user; owner && owner !== home; owner = owner.parent) {
    if (owner.isAsync || (owner.kind === 'function' && !t.isClassMethod(owner.node))) return true
  }
  return false
}

/** `super` needs the method's home object, which only methods of module-level classes can find again. */
function supers({ keywords }: Analysis, path: string): Diagnostic[] {
  return keywords.flatMap(([node, owner]) => {
    if (!t.isSuper(node)) return []
    if (owner.isArrow) {
      return [
        diagnostic(path, node, 'super is used in an arrow function', 'use it in the method itself, and name its value'),
      ]
    }
    const { parent, definedIn } = owner
    if (t.isObjectMethod(owner.node) && (owner.isAsync || parent?.kind !== 'program' || owner.repeated)) {
      return [diagnostic(path, node, 'super is used in a method of an object literal', 'use a class')]
    }
    if (owner.isAsync && (parent?.kind === 'class' || !t.isClass(definedIn?.node))) {
      return [
        diagnostic(path, node, 'super is used in an async method of a local class', 'move the class to module level'),
      ]
    }
    return []
  })
}

/** A `var` beside a parameter of the same name is a second variable when defaults can capture the first. */
function parameterScopes({ owners }: Analysis, path: string): Diagnostic[] {
  return [...owners.values()].flatMap((owner) => {
    if (
      owner.kind !== 'function' ||
      !t.isFunction(owner.node) ||
      owner.node.params.every((node) => t.isIdentifier(node))
    )
      return []
    return [...owner.scope.variables.values()].flatMap((variable) => {
      const shadowing = variable.kind === 'parameter' && variable.redeclared
      const byDefault = variable.references.some(
        ({ node, owner: user }) => user !== owner && isInParameters(owner, node),
      )
      if (!shadowing || !byDefault) return []
      const message = `the variable ${variable.name} has the name of a parameter that a default captures`
      return [diagnostic(path, variable.identifier, message, 'rename one of them')]
    })
  })
}

function isInParameters({ node }: Owner, use: t.Node): boolean {
  const body = t.isFunction(node) ? node.body.start : null
  return use.start != null && body != null && use.start < body
}

function throwAll(found: readonly Diagnostic[]): void {
  const [first, ...others] = [...found].sort((a, b) => a.line - b.line || a.column - b.column)
  if (first) throw new CompileError([first, ...others])
}
