import type * as t from '@babel/types'
import type { Captures } from '../names/captures.js'
import type { Owner, Scope, Variable } from '../names/scopes.js'
import type { ModuleOutput } from '../output.js'
import { Calls } from './calls.js'
import { Classes } from './classes.js'
import { Closures } from './closures.js'
import { Environments } from './environments.js'
import { Expressions } from './expressions.js'
import { FunctionBodies } from './function-bodies.js'
import { ModuleStatements } from './module-statements.js'
import { ObjectLiterals } from './object-literals.js'
import { PrivateNames } from './private-names.js'
import { ScopedLoops } from './scoped-loops.js'
import { Statements } from './statements.js'
import { VariableAccess } from './variable-access.js'

/**
 * Rewrites a module in place so that captured variables live in environments. What remains are functions that use nothing
 * of their surroundings but environments, and are lifted to the top of the module.
 *
 * Each mechanism knows one construct of the language. They call each other by way of the rewriter, since the language
 * lets every construct contain every other.
 */
export class ModuleRewriter {
  readonly captures: Captures
  readonly output: ModuleOutput
  readonly environments = new Environments(this)
  readonly access = new VariableAccess(this)
  readonly moduleStatements = new ModuleStatements(this)
  readonly statements = new Statements(this)
  readonly loops = new ScopedLoops(this)
  readonly expressions = new Expressions(this)
  readonly calls = new Calls(this)
  readonly objects = new ObjectLiterals(this)
  readonly classes = new Classes(this)
  readonly privateNames = new PrivateNames(this)
  readonly bodies = new FunctionBodies(this)
  readonly closures = new Closures(this)

  constructor(captures: Captures, output: ModuleOutput) {
    this.captures = captures
    this.output = output
  }

  /** Rewrites the module's statements. */
  program(program: t.Program): void {
    program.body = program.body.flatMap((statement) => this.moduleStatements.rewrite(statement))
  }

  /** The variable that `identifier` declares or refers to. */
  variable(identifier: t.Identifier): Variable {
    const known = this.captures.variables.get(identifier)
    if (!known) throw new Error(`${identifier.name} was not analyzed`)
    return known
  }

  /** The scope that `node` opens. */
  scopeOf(node: t.Node): Scope {
    const scope = this.captures.scopes.get(node)
    if (!scope) throw new Error(`the scope of ${node.type} was not analyzed`)
    return scope
  }

  /** What `node` is to the code inside of it. */
  ownerOf(node: t.Node): Owner {
    const owner = this.captures.owners.get(node)
    if (!owner) throw new Error(`the owner of ${node.type} was not analyzed`)
    return owner
  }
}
