import * as t from '@babel/types'
import { parametersMoveToBody, type Captures } from './captures.js'
import type { Closures } from './closures.js'
import type { ModuleOutput } from './output.js'
import { refuse } from './refusals.js'
import { superHolder, type Owner, type Scope, type Variable } from './scopes.js'
import { sourceText } from './source-text.js'
import {
  assign,
  at,
  call,
  constant,
  detached,
  id,
  isFunctionNode,
  member,
  none,
  property,
  run,
  same,
  text,
  variable,
  type FunctionNode,
} from './syntax.js'

type ListNode = t.Statement | t.ModuleDeclaration

/**
 * Rewrites a module in place so that captured variables live in environments: one object per scope entered, one per turn
 * of a loop. What remains are functions that use nothing of their surroundings but environments, which `closures` lifts.
 */
export class Environments {
  readonly #captures: Captures
  readonly #output: ModuleOutput
  readonly #closures: Closures
  readonly #argumentNames = new Map<Variable, string>()

  constructor(captures: Captures, output: ModuleOutput, closures: (environments: Environments) => Closures) {
    this.#captures = captures
    this.#output = output
    this.#closures = closures(this)
  }

  /** Rewrites the module's statements. */
  program(program: t.Program): void {
    program.body = program.body.flatMap(
      (statement) => this.#closures.moduleStatement(statement) ?? this.statement(statement),
    )
  }

  // ---------------------------------------------------------------- statements

  /** One statement; `labels` are those that stand before it, outermost first. */
  statement(node: ListNode, labels: readonly string[] = []): t.Statement[] {
    switch (node.type) {
      case 'VariableDeclaration':
        return this.#declaration(node)
      case 'FunctionDeclaration':
        return this.#captures.scopes.get(node)?.parent?.isProgram ? [this.#plainFunction(node)] : []
      case 'ClassDeclaration':
        return this.#classDeclaration(node)
      case 'BlockStatement':
        return [this.#labelled(at(t.blockStatement(this.#list(node.body, this.#scopeOf(node))), node), labels)]
      case 'ForStatement':
        return this.#for(node, labels)
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#forEach(node, labels)
      case 'SwitchStatement':
        return this.#switch(node, labels)
      case 'LabeledStatement':
        return this.statement(node.body, [...labels, node.label.name])
      case 'TryStatement':
        if (node.handler) this.#catch(node.handler)
        node.block = this.#body(node.block)
        if (node.finalizer) node.finalizer = this.#body(node.finalizer)
        return [this.#labelled(node, labels)]
      default:
        this.children(node)
        return [this.#labelled(node, labels)]
    }
  }

  /** The statements of a block or static block, rewritten. */
  blockStatements(node: t.Node, statements: readonly t.Statement[]): t.Statement[] {
    return this.#list(statements, this.#scopeOf(node))
  }

  #body(node: t.Statement): t.BlockStatement {
    const statements = this.statement(node)
    const [only] = statements
    return only && statements.length === 1 && t.isBlockStatement(only) ? only : at(t.blockStatement(statements), node)
  }

  #labelled(node: t.Statement | t.ModuleDeclaration, labels: readonly string[]): t.Statement {
    const statement = node
    return labels.reduceRight<t.Statement>((body, label) => at(t.labeledStatement(id(label), body), node), statement)
  }

  /** The statements of a scope, after what entering it takes. */
  #list(statements: readonly t.Statement[], scope: Scope): t.Statement[] {
    return [...this.#enter(scope), ...this.#hoisted(statements), ...statements.flatMap((node) => this.statement(node))]
  }

  /** Makes the scope's environment, if it has one. */
  #enter(scope: Scope): t.Statement[] {
    return scope.environment === null ? [] : [constant(scope.environment, this.#newEnvironment(scope))]
  }

  #newEnvironment(scope: Scope): t.Expression {
    return t.objectExpression(scope.captured().map((item) => property(item.emitted, this.#initialValue(item))))
  }

  #initialValue(item: Variable): t.Expression {
    switch (item.kind) {
      case 'this':
        return isDerivedConstructor(item.owner.node) ? id('$U') : this.#ownSpecial(item.owner, 'this')
      case 'arguments':
        return this.#ownSpecial(item.owner, 'arguments')
      case 'new.target':
        return this.#ownSpecial(item.owner, 'new.target')
      case 'self':
        return this.#closures.selfOf(item.owner)
      case 'parameter':
        return parametersMoveToBody(item.owner) ? id('$U') : id(this.#argumentName(item))
      case 'var':
        return item.startsAs ? this.#valueOf(item.startsAs) : none()
      case 'function':
      case 'catch':
        return none()
      default:
        return id('$U')
    }
  }

  #valueOf(known: Variable): t.Expression {
    return known.captured ? this.#slot(known) : id(known.emitted)
  }

  /** What a captured parameter is called until it is in its environment. */
  #argumentName(item: Variable): string {
    let name = this.#argumentNames.get(item)
    if (name === undefined) this.#argumentNames.set(item, (name = this.#captures.fresh('a')))
    return name
  }

  /** Function declarations exist from the scope's beginning. */
  #hoisted(statements: readonly t.Statement[]): t.Statement[] {
    return statements.flatMap((node): t.Statement[] => {
      if (!t.isFunctionDeclaration(node) || !node.id) return []
      const known = this.#variable(node.id)
      const closure = this.#closures.lift(node, node.id.name)
      if (known.captured) return [run(assign(this.#slot(known), closure))]
      if (known.kind === 'parameter' || known.kind === 'var') return [run(assign(known.emitted, closure))]
      return [at(variable(known.emitted, closure), node)]
    })
  }

  #plainFunction(node: t.FunctionDeclaration): t.FunctionDeclaration {
    if (node.id) this.#output.definitions.push(run(this.#closures.renaming(id(node.id.name), node.id.name)))
    this.functionBody(node)
    return node
  }

  #classDeclaration(node: t.ClassDeclaration): t.Statement[] {
    if (!node.id || this.#captures.scopes.get(node)?.parent?.isProgram) {
      return [...this.#closures.moduleClass(node, node.id?.name ?? ''), node]
    }
    const known = this.#variable(node.id)
    const made = this.#closures.liftClass(node, node.id.name)
    return [known.captured ? run(assign(this.#slot(known), made)) : at(variable(known.emitted, made), node)]
  }

  #declaration(node: t.VariableDeclaration): t.Statement[] {
    const statements: t.Statement[] = []
    for (const { id: target, init, loc } of node.declarations) {
      const names = Object.values(t.getBindingIdentifiers(target)).map((identifier) => this.#variable(identifier))
      const value = init ? this.expression(init, nameFor(target)) : null
      const pattern = this.#pattern(target)
      if (!names.some(({ captured }) => captured)) {
        const declarator = at(t.variableDeclarator(pattern as t.Identifier, value), { loc } as t.Node)
        statements.push(at(t.variableDeclaration(node.kind, [declarator]), node))
        continue
      }
      const own = names.filter(({ captured }) => !captured)
      const kind = node.kind === 'var' ? 'var' : 'let'
      if (own.length > 0)
        statements.push(
          t.variableDeclaration(
            kind,
            own.map((item) => t.variableDeclarator(id(item.emitted))),
          ),
        )
      if (value || kind === 'let') statements.push(at(run(at(assign(pattern as t.LVal, value ?? none()), node)), node))
    }
    return statements
  }

  #for(node: t.ForStatement, labels: readonly string[]): t.Statement[] {
    const scope = this.#scopeOf(node)
    const { environment } = scope
    if (!t.isVariableDeclaration(node.init) || !this.#declaresCaptured(node.init)) {
      this.children(node)
      return [this.#labelled(node, labels)]
    }
    const copy = this.#copyOf(scope)
    const inside = (position: t.Node | null | undefined): boolean =>
      position?.start != null && position.start >= (node.init?.start ?? 0) && position.start < (node.init?.end ?? 0)
    const capturedByHead = scope
      .captured()
      .some((item) => item.references.some(({ node: use, owner }) => owner !== scope.owner && inside(use)))
    const head = [
      ...(environment === null ? [] : [variable(environment, this.#newEnvironment(scope))]),
      ...this.#declaration(node.init),
      ...(capturedByHead && copy ? [run(copy)] : []),
    ]
    const test = node.test && this.expression(node.test)
    const update = node.update && this.expression(node.update)
    const next = copy ? (update ? t.sequenceExpression([copy, update]) : copy) : update
    const loop = at(t.forStatement(null, test, next, this.#body(node.body)), node)
    return [at(t.blockStatement([...head, this.#labelled(loop, labels)]), node)]
  }

  #declaresCaptured({ declarations }: t.VariableDeclaration): boolean {
    return declarations
      .flatMap(({ id: target }) => Object.values(t.getBindingIdentifiers(target)))
      .some((identifier) => this.#variable(identifier).captured)
  }

  /** Each turn of a `for` has variables of its own, which begin with the previous turn's values. */
  #copyOf(scope: Scope): t.Expression | null {
    const { environment } = scope
    if (environment === null || scope.captured().every(({ constant: fixed }) => fixed)) return null
    const values = scope.captured().map(({ emitted }) => property(emitted, member(environment, emitted)))
    return assign(environment, t.objectExpression(values))
  }

  #forEach(node: t.ForInStatement | t.ForOfStatement, labels: readonly string[]): t.Statement[] {
    const scope = this.#scopeOf(node)
    const early = scope.captured().some((known) => known.references.some(({ node: use }) => isWithin(use, node.right)))
    const right = this.expression(node.right)
    if (!t.isVariableDeclaration(node.left)) {
      node.left = this.#pattern(node.left) as t.Identifier
      node.right = right
      node.body = this.#body(node.body)
      return [this.#labelled(node, labels)]
    }
    const [declarator] = node.left.declarations
    if (!declarator) throw new Error('a for loop declares a variable')
    const names = Object.values(t.getBindingIdentifiers(declarator.id)).map((identifier) => this.#variable(identifier))
    node.right = right
    if (!names.some(({ captured }) => captured)) {
      declarator.id = this.#pattern(declarator.id) as t.Identifier
      node.body = this.#body(node.body)
      return [this.#labelled(node, labels)]
    }
    const item = this.#captures.fresh('x')
    const kind = node.left.kind === 'var' ? 'var' : 'let'
    const binding = t.variableDeclaration(kind, [t.variableDeclarator(declarator.id, id(item))])
    node.left = t.variableDeclaration('const', [t.variableDeclarator(id(item))])
    const head = [...this.#enter(scope), ...this.#declaration(binding)]
    node.body = at(t.blockStatement([...head, this.#body(node.body)]), node.body)
    const loop = this.#labelled(node, labels)
    return early ? [t.blockStatement([...this.#enter(scope), loop])] : [loop]
  }

  #switch(node: t.SwitchStatement, labels: readonly string[]): t.Statement[] {
    const scope = this.#scopeOf(node)
    const entry = [...this.#enter(scope), ...this.#hoisted(node.cases.flatMap(({ consequent }) => consequent))]
    node.discriminant = this.expression(node.discriminant)
    for (const item of node.cases) {
      if (item.test) item.test = this.expression(item.test)
      item.consequent = item.consequent.flatMap((statement) => this.statement(statement))
    }
    const statement = entry.length > 0 ? t.blockStatement([...entry, node]) : node
    return [this.#labelled(statement, labels)]
  }

  #catch(node: t.CatchClause): void {
    const scope = this.#scopeOf(node)
    const names = node.param ? Object.values(t.getBindingIdentifiers(node.param)) : []
    const captured = names.some((identifier) => this.#variable(identifier).captured)
    const statements = node.body.body
    if (!node.param || !captured) {
      if (node.param) node.param = this.#pattern(node.param) as t.Identifier
      node.body = at(t.blockStatement(this.#list(statements, scope)), node.body)
      return
    }
    const error = this.#captures.fresh('x')
    const binding = t.variableDeclaration('let', [t.variableDeclarator(node.param, id(error))])
    node.param = id(error)
    const head = [...this.#enter(scope), ...this.#declaration(binding), ...this.#hoisted(statements)]
    node.body = at(t.blockStatement([...head, ...statements.flatMap((item) => this.statement(item))]), node.body)
  }

  // ---------------------------------------------------------------- functions

  /** Rewrites a function's parameters and body in place. Its body becomes a block. */
  functionBody(node: FunctionNode): void {
    const owner = this.#ownerOf(node)
    const bodyStatements = t.isBlockStatement(node.body)
      ? node.body.body
      : [at(t.returnStatement(node.body), node.body)]
    const { scope } = owner
    const entry = this.#enter(scope)
    const parameters = parametersMoveToBody(owner) ? this.#takeApart(node) : []
    if (parameters.length === 0) node.params = node.params.map((item) => this.#parameter(item))
    // A body that is an expression may have a scope, too: its own, if it is a function or a class.
    const inner = t.isBlockStatement(node.body) ? this.#captures.scopes.get(node.body) : undefined
    const variables = inner ? [...this.#enter(inner), ...this.#startingAsParameters(inner)] : []
    const hoisted = this.#hoisted(bodyStatements)
    const statements = bodyStatements.flatMap((statement) => this.statement(statement))
    const directives = t.isBlockStatement(node.body) ? node.body.directives : []
    const block = t.blockStatement([...entry, ...parameters, ...variables, ...hoisted, ...statements], directives)
    node.body = at(block, t.isBlockStatement(node.body) ? node.body : null)
  }

  #startingAsParameters(scope: Scope): t.Statement[] {
    return [...scope.variables.values()].flatMap((item) => {
      if (!item.startsAs || item.captured) return []
      const declarator = t.variableDeclarator(id(item.emitted), this.#valueOf(item.startsAs))
      return [t.variableDeclaration('var', [declarator])]
    })
  }

  #parameter(node: FunctionNode['params'][number]): t.Identifier | t.RestElement | t.Pattern {
    const inner = t.isRestElement(node) ? node.argument : node
    const known = t.isIdentifier(inner) ? this.#variable(inner) : null
    if (!known?.captured) return this.#pattern(node) as t.Identifier
    const argument = at(id(this.#argumentName(known)), inner)
    return t.isRestElement(node) ? t.restElement(argument) : argument
  }

  /** Puts placeholders for parameters, keeping the function's `length`, and gives the statements that fill the names. */
  #takeApart(node: FunctionNode): t.Statement[] {
    const statements: t.Statement[] = []
    node.params = node.params.map((parameter) => {
      if (t.isIdentifier(parameter) && !this.#variable(parameter).captured)
        return this.#pattern(parameter) as t.Identifier
      const name = this.#captures.fresh('a')
      const argument = id(name)
      if (t.isRestElement(parameter)) {
        statements.push(...this.#bind(parameter.argument as t.Identifier, argument))
        return t.restElement(id(name))
      }
      if (!t.isAssignmentPattern(parameter)) {
        statements.push(...this.#bind(parameter as t.Identifier, argument))
        return id(name)
      }
      const value = t.conditionalExpression(same(argument, none()), parameter.right, id(name))
      if (t.isIdentifier(parameter.left)) value.consequent = this.#asNamed(parameter.right, parameter.left.name)
      statements.push(...this.#bind(parameter.left as t.Identifier, value))
      return t.assignmentPattern(id(name), none())
    })
    return statements
  }

  /** Marks an anonymous function that would take its name from the parameter it is the default of. */
  #asNamed(node: t.Expression, name: string): t.Expression {
    if (isAnonymousDefinition(node)) node.extra = { ...node.extra, givenName: name }
    return node
  }

  #bind(target: t.Identifier | t.ArrayPattern | t.ObjectPattern, value: t.Expression): t.Statement[] {
    return this.#declaration(t.variableDeclaration('let', [t.variableDeclarator(target, value)]))
  }

  // ---------------------------------------------------------------- expressions

  /** An expression; `name` is what an anonymous function or class in this place is called. */
  expression(node: t.Expression, name = ''): t.Expression {
    const given = typeof node.extra?.['givenName'] === 'string' ? node.extra['givenName'] : name
    if (isFunctionNode(node)) return this.#closures.lift(node, given)
    switch (node.type) {
      case 'Identifier':
      case 'ThisExpression':
      case 'MetaProperty':
        return this.#read(node)
      case 'ClassExpression':
        return this.#closures.classExpression(node, given)
      case 'AssignmentExpression':
        return this.#assignment(node)
      case 'UpdateExpression':
        node.argument = this.#pattern(node.argument) as t.Identifier
        return node
      case 'CallExpression':
      case 'OptionalCallExpression':
        return this.#call(node)
      case 'TaggedTemplateExpression':
        return this.#call(this.#taggedCall(node))
      case 'NewExpression':
        return this.#new(node)
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (t.isSuper(node.object) && this.#captures.variables.has(node.object)) return this.#superMember(node)
        this.children(node)
        return node
      case 'ObjectExpression':
        return this.#closures.objectLiteral(node)
      default:
        this.children(node)
        return node
    }
  }

  /**
   * A tag is called with the same strings each time. They become a constant of the module, because the function that calls it is
   * emitted several times, and because they must stay the same object when they move.
   */
  #taggedCall(node: t.TaggedTemplateExpression): t.CallExpression {
    const { tag, quasi } = node
    const values = quasi.expressions as t.Expression[]
    const strings = this.#captures.fresh('s')
    const literal = t.templateLiteral(
      quasi.quasis,
      values.map(() => none()),
    )
    this.#output.definitions.push(
      constant(strings, t.taggedTemplateExpression(this.#output.helper('$strings'), literal)),
    )
    this.#output.names.set(this.#output.positionOf(quasi), id(strings))
    return at(t.callExpression(tag, [id(strings), ...values]), node)
  }

  /** Rewrites every child of `node`, whatever it is. */
  children(node: t.Node): void {
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      if (isName(node, key)) continue
      const holder = node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>
      const child = holder[key]
      if (Array.isArray(child)) holder[key] = child.map((item) => item && this.#child(item))
      else if (child) holder[key] = this.#child(child)
    }
  }

  #child(node: t.Node): t.Node {
    if (t.isExpression(node)) return this.expression(node)
    if (t.isVariableDeclaration(node)) {
      for (const declarator of node.declarations) {
        if (declarator.init) declarator.init = this.expression(declarator.init, nameFor(declarator.id))
        declarator.id = this.#pattern(declarator.id) as t.Identifier
      }
      return node
    }
    if (t.isStatement(node)) return this.#single(node)
    this.children(node)
    return node
  }

  #single(node: t.Statement): t.Statement {
    const statements = this.statement(node)
    const [only] = statements
    return only && statements.length === 1 && !t.isDeclaration(only) ? only : t.blockStatement(statements)
  }

  /** A target of assignment, or a declared pattern. */
  #pattern(node: t.Node): t.Node {
    switch (node.type) {
      case 'Identifier':
        return this.#target(node)
      case 'ObjectPattern':
        for (const item of node.properties) {
          if (t.isRestElement(item)) item.argument = this.#pattern(item.argument) as t.Identifier
          else {
            if (item.computed) item.key = this.expression(item.key as t.Expression)
            item.value = this.#pattern(item.value) as t.Identifier
            item.shorthand = false
          }
        }
        return node
      case 'ArrayPattern':
        node.elements = node.elements.map((element) => element && (this.#pattern(element) as t.Identifier))
        return node
      case 'AssignmentPattern':
        node.right = this.expression(node.right, nameFor(node.left))
        node.left = this.#pattern(node.left) as t.Identifier
        return node
      case 'RestElement':
        node.argument = this.#pattern(node.argument) as t.Identifier
        return node
      default:
        return this.expression(node as t.Expression)
    }
  }

  #target(node: t.Identifier): t.Expression {
    const known = this.#captures.variables.get(node)
    if (!known || known.scope.isProgram) return node
    const written = this.#captures.references.get(node)
    if (written && known.constant) {
      return at(member(call(this.#output.helper('$constant'), this.#read(t.cloneNode(node), node)), 'value'), node)
    }
    if (this.#captures.checked.has(node)) {
      const environment = id(this.#environmentOf(known))
      const guarded = call(this.#output.helper('$guarded'), environment, text(known.emitted), text(known.name))
      return at(member(guarded, 'value'), node)
    }
    return known.captured ? at(this.#slot(known), node) : this.#renamed(node, known)
  }

  /** A variable's value; `reference` is the node that the analysis knows. */
  #read(node: t.Identifier | t.ThisExpression | t.MetaProperty, reference: t.Node = node): t.Expression {
    const known = this.#captures.variables.get(reference)
    if (!known) return this.#undefinedThis(node)
    if (known.identifier === null) return this.#special(known, reference, node)
    if (known.scope.isProgram) return node
    if (!known.captured) return this.#renamed(node as t.Identifier, known)
    const value = at(this.#slot(known), node)
    if (!this.#captures.checked.has(reference)) return value
    return at(call(this.#output.helper('$initialized'), value, text(known.name)), node)
  }

  /** `this` of a module is undefined. */
  #undefinedThis(node: t.Identifier | t.ThisExpression | t.MetaProperty): t.Expression {
    return t.isThisExpression(node) ? at(none(), node) : node
  }

  #special(known: Variable, reference: t.Node, node: t.Expression): t.Expression {
    const user = this.#captures.references.get(reference)?.owner
    if (user === known.owner)
      return this.#ownSpecial(known.owner, known.kind as 'this' | 'arguments' | 'new.target', node)
    const value = at(this.#slot(known), node)
    if (!isDerivedConstructor(known.owner.node)) return value
    return call(this.#output.helper('$initialized'), value, text('this'))
  }

  /** `this` and its like in the function that has them. A resumable function keeps them in locals. */
  #ownSpecial(owner: Owner, kind: 'this' | 'arguments' | 'new.target', origin?: t.Expression): t.Expression {
    if (owner.isAsync) return kind === 'new.target' ? none() : at(id(kind === 'this' ? '$this' : '$arguments'), origin)
    if (kind === 'this') return at(t.thisExpression(), origin)
    return at(kind === 'arguments' ? id('arguments') : t.metaProperty(id('new'), id('target')), origin)
  }

  #assignment(node: t.AssignmentExpression): t.Expression {
    const named = node.operator === '=' || ['&&=', '||=', '??='].includes(node.operator)
    const right = this.expression(node.right, named ? nameFor(node.left) : '')
    node.left = this.#pattern(node.left) as t.Identifier
    node.right = right
    return node
  }

  #call(node: t.CallExpression | t.OptionalCallExpression): t.Expression {
    if (t.isSuper(node.callee)) return this.#superCall(node as t.CallExpression)
    const original = node.callee
    const optional = t.isOptionalCallExpression(node) && node.optional
    const callee = t.isExpression(original) ? this.#callee(original, optional) : original
    node.arguments = node.arguments.map((argument) => this.#child(argument) as t.Expression)
    node.callee = callee
    return t.isMemberExpression(original) && callee !== original ? this.#superMethodCall(node, original) : node
  }

  /** In a resumable function the call stays a call, of a form that the normalization knows. */
  #superMethodCall(node: t.CallExpression | t.OptionalCallExpression, original: t.MemberExpression): t.Expression {
    if (!t.isSuper(original.object) || this.#captures.references.get(original.object)?.owner.isAsync) return node
    const args = t.arrayExpression(node.arguments as t.Expression[])
    return at(call(this.#output.helper('$apply'), node.callee as t.Expression, this.#selfOf(original), args), node)
  }

  /** `$super(home, key, this)`. */
  #superMember(node: t.MemberExpression | t.OptionalMemberExpression): t.Expression {
    const known = this.#captures.variables.get(node.object)
    const owner = this.#captures.references.get(node.object)?.owner
    if (!known || !owner) throw new Error('super was not analyzed')
    const holder = superHolder(owner).node
    const isStatic = t.isStaticBlock(holder) || ('static' in holder && holder.static === true)
    const home = isStatic ? this.#slot(known) : member(this.#slot(known), 'prototype')
    const key = node.computed
      ? this.expression(node.property as t.Expression)
      : text((node.property as t.Identifier).name)
    return at(call(this.#output.helper('$super'), home, key, this.#selfOf(node)), node)
  }

  #selfOf(node: t.Node): t.Expression {
    return this.#read(node.extra?.['self'] as t.ThisExpression)
  }

  /** Errors name what the source has, not the environment. */
  #new(node: t.NewExpression): t.Expression {
    const name = sourceText(node.callee)
    const captured = this.#captures.variables.get(rootOf(node.callee))?.captured
    this.children(node)
    if (captured) node.callee = call(this.#output.helper('$constructible'), node.callee, text(name))
    return node
  }

  /** A captured function is called without the environment as its `this`. */
  #callee(node: t.Expression, optional = false): t.Expression {
    const known = t.isIdentifier(node) ? this.#captures.variables.get(node) : undefined
    const callee = this.expression(node)
    if (!known?.captured || !t.isIdentifier(node)) return callee
    if (known.kind === 'function' && !known.assigned) return at(detached(callee), node)
    const check = this.#output.helper(optional ? '$callableIfAny' : '$callable')
    return at(call(check, callee, text(node.name)), node)
  }

  /** Where an arrow captures `this` of a derived constructor, it is known once `super()` has returned. */
  #superCall(node: t.CallExpression): t.Expression {
    this.children(node)
    const constructorOwner = this.#captures.keywords.find(([keyword]) => keyword === node.callee)?.[1]
    if (!constructorOwner) throw new Error('super() was not analyzed')
    if (constructorOwner.isArrow)
      refuse(this.#output.path, node, 'super() is called in an arrow function', 'call it in the constructor itself')
    const self = constructorOwner.scope.variables.get('this')
    return self?.captured ? assign(this.#slot(self), node) : node
  }

  // ---------------------------------------------------------------- variables

  #renamed(node: t.Identifier, known: Variable): t.Identifier {
    return node.name === known.emitted ? node : at(id(known.emitted), node)
  }

  #slot(known: Variable): t.MemberExpression {
    return member(this.#environmentOf(known), known.emitted)
  }

  #environmentOf({ scope, name }: Variable): string {
    if (scope.environment === null) throw new Error(`the scope of ${name} has no environment`)
    return scope.environment
  }

  #variable(identifier: t.Identifier): Variable {
    const known = this.#captures.variables.get(identifier)
    if (!known) throw new Error(`${identifier.name} was not analyzed`)
    return known
  }

  #scopeOf(node: t.Node): Scope {
    const scope = this.#captures.scopes.get(node)
    if (!scope) throw new Error(`the scope of ${node.type} was not analyzed`)
    return scope
  }

  #ownerOf(node: t.Node): Owner {
    const owner = this.#captures.owners.get(node)
    if (!owner) throw new Error(`the owner of ${node.type} was not analyzed`)
    return owner
  }
}

/** What an anonymous function takes as its name when it is assigned to `target`. */
const nameFor = (target: t.Node): string => (t.isIdentifier(target) ? target.name : '')

const isAnonymousDefinition = (node: t.Expression): boolean =>
  t.isArrowFunctionExpression(node) || ((t.isFunctionExpression(node) || t.isClassExpression(node)) && !node.id)

const isDerivedConstructor = (node: t.Node): boolean =>
  t.isClassMethod(node, { kind: 'constructor' }) && node.extra?.['derived'] === true

/** What a chain of properties starts from. */
const rootOf = (node: t.Node): t.Node => (t.isMemberExpression(node) ? rootOf(node.object) : node)

const isWithin = (inner: t.Node, outer: t.Node): boolean =>
  inner.start != null && outer.start != null && inner.start >= outer.start && inner.start < (outer.end ?? 0)

/** Is this child a name, and not an expression? */
function isName(node: t.Node, key: string): boolean {
  if (key === 'label' || key === 'meta') return true
  if (key === 'property') return (t.isMemberExpression(node) || t.isOptionalMemberExpression(node)) && !node.computed
  if (key === 'key') return 'computed' in node && !node.computed
  return t.isModuleSpecifier(node) || (t.isMetaProperty(node) && key === 'property')
}
