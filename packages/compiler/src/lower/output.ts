import type * as t from '@babel/types'
import type * as runtime from '../image-runtime/index.js'
import { id } from './syntax.js'

/** A function of the image's runtime. */
export type HelperName = keyof typeof runtime

/** What a module gains beside its own statements: definitions before them, names, and the helpers that they use. */
export class ModuleOutput {
  /** Path of the module relative to the program's root: the prefix of its ids and names. */
  readonly path: string
  /** Codes, templates and hoisted functions. They refer to each other freely, and run nothing. */
  readonly definitions: t.Statement[] = []
  /** What travels by name, and how to get it. */
  readonly names = new Map<string, t.Expression>()
  readonly helpers = new Set<HelperName>()

  constructor(path: string) {
    this.path = path
  }

  /** The identifier of a helper, which the module then imports. */
  helper(name: HelperName): t.Identifier {
    this.helpers.add(name)
    return id(name)
  }

  /** Function id: path, line and column of where the function is written. */
  idOf(node: t.Node): string {
    return `${this.path}:${this.positionOf(node)}`
  }

  positionOf(node: t.Node): string {
    const start = node.loc?.start
    return start ? `${start.line}:${start.column + 1}` : '0:0'
  }
}
