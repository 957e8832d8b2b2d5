import * as t from '@babel/types'
import { expressionsOf, STATE, type Step } from './steps/steps.js'

/** A set of locals, one bit each. */
type Locals = bigint

interface Effects {
  /** Locals that are read. */
  readonly reads: Locals
  /** Locals that certainly get a new value, before anything that follows is evaluated. */
  readonly kills: Locals
}

/**
 * Notes at each point which locals may be read after it: what a frame has to hold there. Works backwards; a loop is
 * repeated until nothing changes.
 */
export function findLive(steps: readonly Step[], locals: readonly string[]): void {
  new Liveness(locals).sequence(steps, 0n)
}

class Liveness {
  readonly #locals: readonly string[]
  readonly #bits: ReadonlyMap<string, Locals>
  readonly #effects = new WeakMap<t.Node, Effects>()
  /** What is live where a break of a label leads. */
  readonly #targets = new Map<string, Locals>()
  /** What is live where an exception leads. */
  #caught: Locals = 0n

  constructor(locals: readonly string[]) {
    this.#locals = locals
    this.#bits = new Map(locals.map((name, index) => [name, 1n << BigInt(index)]))
  }

  /** What is live before `steps`, if `after` is live after them. */
  sequence(steps: readonly Step[], after: Locals): Locals {
    return steps.reduceRight((live, step) => this.#step(step, live), after)
  }

  #step(step: Step, after: Locals): Locals {
    switch (step.kind) {
      case 'do':
        return this.#evaluated([step.expression], after)
      case 'await': {
        const live = (after & ~this.#bit(step.target)) | this.#caught
        step.point.live = this.#names(live)
        return this.#evaluated(expressionsOf(step), live)
      }
      case 'landing':
        step.point.live = this.#names(this.#caught)
        return after | this.#caught
      case 'start':
        step.point.live = this.#names(after | this.#bit(STATE))
        return after
      case 'yield': {
        const live = (after & ~this.#bit(step.target) & ~this.#bit(step.resumption)) | this.#caught
        step.point.live = this.#names(live)
        return this.#evaluated(expressionsOf(step), live | this.#bit(STATE))
      }
      case 'if':
        return this.#evaluated(
          [step.test],
          this.sequence(step.consequent, after) | this.sequence(step.alternate, after),
        )
      case 'loop':
        return this.#loop(step, after)
      case 'block':
        this.#targets.set(step.label, after)
        return this.sequence(step.body, after)
      case 'switch':
        return this.#switch(step, after)
      case 'try':
        return this.#try(step, after)
      case 'break':
        return this.#targets.get(step.label) ?? 0n
      case 'return':
        return this.#evaluated(expressionsOf(step), 0n)
      case 'throw':
        return this.#evaluated(expressionsOf(step), this.#caught)
    }
  }

  #loop(step: Extract<Step, { kind: 'loop' }>, after: Locals): Locals {
    this.#targets.set(step.label, after)
    const left = step.test ? after : 0n
    let head = 0n
    for (;;) {
      const body = this.sequence(step.body, head)
      const next = this.#evaluated(expressionsOf(step), body | left) | this.#caught
      if (next === head) break
      head = next
    }
    step.point.live = this.#names(head)
    return head
  }

  #switch(step: Extract<Step, { kind: 'switch' }>, after: Locals): Locals {
    this.#targets.set(step.label, after)
    let entered = after
    let falling = after
    for (const { body } of [...step.cases].reverse()) {
      falling = this.sequence(body, falling)
      entered |= falling
    }
    return this.#evaluated(expressionsOf(step), entered)
  }

  #try(step: Extract<Step, { kind: 'try' }>, after: Locals): Locals {
    const handler = this.sequence(step.handler, after) & ~this.#bit(step.error)
    const outer = this.#caught
    this.#caught = handler
    const body = this.sequence(step.body, after)
    this.#caught = outer
    return body | handler
  }

  #evaluated(nodes: readonly t.Node[], after: Locals): Locals {
    const all = nodes.map((node) => this.#effectsOf(node))
    const kills = all.reduce((sum, effects) => sum | effects.kills, 0n)
    const reads = all.reduce((sum, effects) => sum | effects.reads, 0n)
    return (after & ~kills) | reads | this.#caught
  }

  #effectsOf(node: t.Node): Effects {
    let effects = this.#effects.get(node)
    if (!effects) this.#effects.set(node, (effects = this.#analyze(node)))
    return effects
  }

  #analyze(node: t.Node): Effects {
    if (t.isAssignmentExpression(node, { operator: '=' })) {
      return { reads: this.#reads(node.right) | this.#targetReads(node.left), kills: this.#assigned(node.left) }
    }
    return { reads: this.#reads(node), kills: 0n }
  }

  /** Locals that a pattern assigns. */
  #assigned(node: t.Node): Locals {
    if (t.isIdentifier(node)) return this.#bit(node.name)
    if (t.isMemberExpression(node)) return 0n
    return childrenOf(node, true).reduce((sum, child) => sum | this.#assigned(child), 0n)
  }

  /** Locals that a pattern reads: in objects, keys and defaults. */
  #targetReads(node: t.Node): Locals {
    if (t.isIdentifier(node)) return 0n
    if (t.isObjectPattern(node) || t.isArrayPattern(node)) {
      return childrenOf(node, false).reduce((sum, child) => sum | this.#targetReads(child), 0n)
    }
    if (t.isObjectProperty(node)) return (node.computed ? this.#reads(node.key) : 0n) | this.#targetReads(node.value)
    if (t.isAssignmentPattern(node)) return this.#targetReads(node.left) | this.#reads(node.right)
    if (t.isRestElement(node)) return this.#targetReads(node.argument)
    return this.#reads(node)
  }

  /** Locals that occur in an expression. One that is only assigned counts too: whether it is, may depend. */
  #reads(node: t.Node): Locals {
    if (t.isIdentifier(node)) return this.#bit(node.name)
    return childrenOf(node, false).reduce((sum, child) => sum | this.#reads(child), 0n)
  }

  #bit(name: string): Locals {
    return this.#bits.get(name) ?? 0n
  }

  #names(live: Locals): string[] {
    return this.#locals.filter((name) => (live & this.#bit(name)) !== 0n)
  }
}

/** Children that are evaluated (names of properties are not); of patterns `targetsOnly`, those that are assigned. */
function childrenOf(node: t.Node, targetsOnly: boolean): t.Node[] {
  return (t.VISITOR_KEYS[node.type] ?? []).flatMap((key) => {
    if (key === 'property' && !('computed' in node && node.computed)) return []
    if (key === 'key' && (targetsOnly || !('computed' in node && node.computed))) return []
    if (key === 'right' && targetsOnly) return []
    const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key]
    return Array.isArray(child) ? child.filter((item): item is t.Node => item !== null) : child ? [child] : []
  })
}
