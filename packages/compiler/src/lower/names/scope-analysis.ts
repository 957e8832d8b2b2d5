import * as t from '@babel/types'
import { homeOf, isTakenOut, receiverOf } from '../private-names/uses.js'
import { isFunctionNode, type ClassNode, type FunctionNode } from '../syntax.js'
import { Declarations } from './declarations.js'
import { home, NameResolution } from './name-resolution.js'
import { leavesLiteral, usesSuper } from './super-uses.js'
import { Owner, Scope, type Analysis, type Variable } from './scopes.js'

/** Finds the scopes of a module, what they declare, and what each reference means. */
export function analyzeScopes(program: t.Program): Analysis {
  return new Analyzer(program).analysis
}

/** Walks a module once, in the order of evaluation as far as scopes are concerned. */
class Analyzer {
  readonly analysis: Analysis
  readonly #owners = new Map<t.Node, Owner>()
  readonly #scopes = new Map<t.Node, Scope>()
  readonly #declarations: Declarations
  readonly #names: NameResolution
  #loops = 0

  constructor(program: t.Program) {
    const variables = new Map<t.Node, Variable>()
    this.#declarations = new Declarations(variables)
    this.#names = new NameResolution(variables)
    const owner = new Owner('program', program, null, null, false)
    const scope = new Scope(program, null, owner)
    this.#owners.set(program, owner)
    this.#scopes.set(program, scope)
    this.#declarations.vars(program.body, scope)
    this.#declarations.lexical(program.body, scope)
    for (const statement of program.body) this.#walk(statement, scope, owner)
    const { references, globals, keywords } = this.#names
    this.analysis = {
      program: scope,
      owners: this.#owners,
      scopes: this.#scopes,
      variables,
      references,
      globals,
      keywords,
    }
  }

  #walk(node: t.Node, scope: Scope, owner: Owner): void {
    if (isFunctionNode(node)) return this.#function(node, scope, owner)
    switch (node.type) {
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#class(node, scope, owner)
      case 'BlockStatement':
        return this.#block(node, node.body, scope, owner)
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#for(node, scope, owner)
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#loops++
        this.#children(node, scope, owner)
        this.#loops--
        return
      case 'SwitchStatement':
        this.#walk(node.discriminant, scope, owner)
        return this.#block(node, node.cases, scope, owner)
      case 'CatchClause':
        return this.#catch(node, scope, owner)
      case 'VariableDeclarator':
        this.#pattern(node.id, scope, owner, 'declare')
        if (node.init) this.#walk(node.init, scope, owner)
        return
      case 'AssignmentExpression':
        this.#pattern(node.left, scope, owner, node.operator === '=' ? 'write' : 'update')
        return this.#walk(node.right, scope, owner)
      case 'UpdateExpression':
        return this.#pattern(node.argument, scope, owner, 'update')
      case 'Identifier':
        return this.#names.reference(node, node.name, scope, owner, true, false)
      case 'ThisExpression':
        return this.#names.special(node, 'this', scope, owner)
      case 'MetaProperty':
        if (node.meta.name === 'new') this.#names.special(node, 'new.target', scope, owner)
        return
      case 'CallExpression':
        if (t.isSuper(node.callee)) this.#names.superCall(node.callee, owner)
        return this.#call(node, scope, owner)
      case 'TaggedTemplateExpression':
        return this.#call(node, scope, owner)
      case 'PrivateName':
        return this.#privateName(node, scope, owner)
      case 'Super':
        return
      case 'AwaitExpression':
        this.#names.keyword(node, owner)
        return this.#walk(node.argument, scope, owner)
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (t.isSuper(node.object)) this.#names.superMember(node, node.object, scope, owner)
        this.#walk(node.object, scope, owner)
        if (node.computed || t.isPrivateName(node.property)) this.#walk(node.property, scope, owner)
        if (isTakenOut(node)) {
          const receiver = receiverOf(node)
          if (receiver) this.#walk(receiver, scope, owner)
        }
        return
      case 'ObjectExpression':
        return this.#objectLiteral(node, scope, owner)
      case 'ObjectProperty':
        if (node.computed) this.#walk(node.key, scope, owner)
        return this.#walk(node.value, scope, owner)
      case 'LabeledStatement':
        return this.#walk(node.body, scope, owner)
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return
      case 'ExportNamedDeclaration':
        if (node.declaration) this.#walk(node.declaration, scope, owner)
        if (!node.source) {
          for (const specifier of node.specifiers) {
            if (t.isExportSpecifier(specifier)) this.#walk(specifier.local, scope, owner)
          }
        }
        return
      default:
        return this.#children(node, scope, owner)
    }
  }

  #call(node: t.CallExpression | t.TaggedTemplateExpression, scope: Scope, owner: Owner): void {
    const receiver = receiverOf(node)
    if (receiver) this.#walk(receiver, scope, owner)
    this.#children(node, scope, owner)
  }

  #children(node: t.Node, scope: Scope, owner: Owner): void {
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
      if (Array.isArray(child)) {
        for (const item of child) if (item) this.#walk(item, scope, owner)
      } else if (child) this.#walk(child, scope, owner)
    }
  }

  #function(node: FunctionNode, outer: Scope, outerOwner: Owner): void {
    if (t.isObjectMethod(node) && node.computed) this.#walk(node.key, outer, outerOwner)
    const owner = this.#enterOwner('function', node, outer, outerOwner)
    const scope = this.#enterScope(node, outer, owner)
    if (t.isFunctionExpression(node) && node.id) this.#declarations.declare(scope, 'self', node.id, node, 0)
    for (const parameter of node.params) this.#declarations.pattern(parameter, 'parameter', scope, parameter)
    const loops = this.#loops
    this.#loops = 0
    const body = this.#functionBodyScope(node, scope, owner)
    for (const parameter of node.params) this.#pattern(parameter, scope, owner, 'declare')
    if (t.isBlockStatement(node.body)) for (const statement of node.body.body) this.#walk(statement, body, owner)
    else this.#walk(node.body, body, owner)
    this.#loops = loops
  }

  /** Where parameters have expressions, these see the parameters, and not the variables of the body. */
  #functionBodyScope({ params, body }: FunctionNode, scope: Scope, owner: Owner): Scope {
    if (!t.isBlockStatement(body)) return scope
    const inner = params.some(hasExpression) ? this.#enterScope(body, scope, owner) : scope
    this.#declarations.vars(body.body, inner)
    this.#declarations.lexical(body.body, inner)
    if (inner !== scope) {
      for (const variable of inner.variables.values()) {
        const parameter = variable.kind === 'var' ? scope.variables.get(variable.name) : undefined
        if (parameter?.kind === 'parameter') variable.startsAs = parameter
      }
    }
    return inner
  }

  /** What its methods use `super` for is found in a scope of its own, unless they stay where they are. */
  #objectLiteral(node: t.ObjectExpression, outer: Scope, owner: Owner): void {
    const users = node.properties.filter((item) => t.isObjectMethod(item) && usesSuper(item))
    const stay = outer.isProgram && this.#loops === 0 && !users.some(leavesLiteral)
    if (users.length === 0 || stay) return this.#children(node, outer, owner)
    home(node)
    const scope = this.#enterScope(node, outer, owner)
    this.#children(node, scope, owner)
  }

  #class(node: ClassNode, outer: Scope, outerOwner: Owner): void {
    const lifted = !outer.isProgram || this.#loops > 0
    const owner = lifted ? this.#enterOwner('class', node, outer, outerOwner) : outerOwner
    const scope = this.#enterScope(node, outer, owner)
    if (node.id && (lifted || t.isClassExpression(node)))
      this.#declarations.declare(scope, 'class-self', node.id, node, 0)
    // What makes a class anew takes its base and its keys as they were evaluated.
    const [outside, evaluator] = lifted ? [outer, outerOwner] : [scope, owner]
    if (node.superClass) this.#walk(node.superClass, outside, evaluator)
    for (const element of node.body.body) {
      if ('computed' in element && element.computed) this.#walk(element.key, outside, evaluator)
      this.#classElement(element, scope, owner)
    }
  }

  #classElement(element: t.ClassBody['body'][number], scope: Scope, owner: Owner): void {
    if (t.isClassMethod(element) || t.isClassPrivateMethod(element)) return this.#function(element, scope, owner)
    if (t.isStaticBlock(element)) {
      const own = this.#enterOwner('field', element, scope, owner)
      const block = this.#enterScope(element, scope, own)
      this.#declarations.vars(element.body, block)
      this.#declarations.lexical(element.body, block)
      for (const statement of element.body) this.#walk(statement, block, own)
      return
    }
    if ((!t.isClassProperty(element) && !t.isClassPrivateProperty(element)) || !element.value) return
    const own = this.#enterOwner('field', element, scope, owner)
    this.#walk(element.value, this.#enterScope(element, scope, own), own)
  }

  /** Code that was taken out of the class of a private name needs the class, unless that is the module's. */
  #privateName(node: t.PrivateName, scope: Scope, owner: Owner): void {
    const home = homeOf(node)
    const declaring = home && this.#scopes.get(home)
    if (declaring && this.#owners.has(home)) this.#names.classOf(node, declaring, scope, owner)
  }

  #block(node: t.BlockStatement | t.SwitchStatement, items: readonly t.Node[], outer: Scope, owner: Owner): void {
    const scope = this.#enterScope(node, outer, owner)
    this.#declarations.lexical(
      items.flatMap((item) => (t.isSwitchCase(item) ? item.consequent : [item])),
      scope,
    )
    for (const item of items) this.#walk(item, scope, owner)
  }

  #for(node: t.ForStatement | t.ForInStatement | t.ForOfStatement, outer: Scope, owner: Owner): void {
    const scope = this.#enterScope(node, outer, owner)
    const head = node.type === 'ForStatement' ? node.init : node.left
    if (t.isVariableDeclaration(head)) this.#declarations.lexical([head], scope)
    if (t.isForOfStatement(node) && node.await) this.#names.keyword(node, owner)
    this.#loops++
    if (t.isForStatement(node)) {
      for (const part of [node.init, node.test, node.update]) if (part) this.#walk(part, scope, owner)
    } else {
      this.#walk(node.right, scope, owner)
      if (t.isVariableDeclaration(node.left)) this.#walk(node.left, scope, owner)
      else this.#pattern(node.left, scope, owner, 'write')
    }
    this.#walk(node.body, scope, owner)
    this.#loops--
  }

  #catch(node: t.CatchClause, outer: Scope, owner: Owner): void {
    const scope = this.#enterScope(node, outer, owner)
    if (node.param) {
      this.#declarations.pattern(node.param, 'catch', scope, node.param)
      this.#pattern(node.param, scope, owner, 'declare')
    }
    this.#declarations.lexical(node.body.body, scope)
    for (const statement of node.body.body) this.#walk(statement, scope, owner)
  }

  /** Walks a target of assignment: identifiers are declared (known already), written, or read and written. */
  #pattern(node: t.Node, scope: Scope, owner: Owner, use: 'declare' | 'write' | 'update'): void {
    switch (node.type) {
      case 'Identifier':
        if (use !== 'declare') return this.#names.reference(node, node.name, scope, owner, use === 'update', true)
        this.#names.resolve(node, scope.lookup(node.name))
        return
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (t.isRestElement(property)) this.#pattern(property.argument, scope, owner, use)
          else {
            if (property.computed) this.#walk(property.key, scope, owner)
            this.#pattern(property.value, scope, owner, use)
          }
        }
        return
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.#pattern(element, scope, owner, use)
        return
      case 'AssignmentPattern':
        this.#pattern(node.left, scope, owner, use)
        return this.#walk(node.right, scope, owner)
      case 'RestElement':
        return this.#pattern(node.argument, scope, owner, use)
      default:
        return this.#walk(node, scope, owner)
    }
  }

  #enterOwner(kind: Owner['kind'], node: t.Node, definedIn: Scope, parent: Owner): Owner {
    const owner = new Owner(kind, node, parent, definedIn, this.#loops > 0)
    this.#owners.set(node, owner)
    return owner
  }

  #enterScope(node: t.Node, parent: Scope, owner: Owner): Scope {
    const scope = new Scope(node, parent, owner)
    this.#scopes.set(node, scope)
    return scope
  }
}

/** Does a parameter contain something to evaluate? */
function hasExpression(parameter: t.Node): boolean {
  switch (parameter.type) {
    case 'AssignmentPattern':
      return true
    case 'RestElement':
      return hasExpression(parameter.argument)
    case 'ArrayPattern':
      return parameter.elements.some((element) => element !== null && hasExpression(element))
    case 'ObjectPattern':
      return parameter.properties.some((item) =>
        t.isRestElement(item) ? hasExpression(item.argument) : item.computed || hasExpression(item.value),
      )
    default:
      return false
  }
}
