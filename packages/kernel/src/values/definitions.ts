import type { ClosureRecord } from '../frames/stamp.js'
import type { ClosureTemplate } from '../frames/image.js'
import type { Owner } from './prototypes.js'
import { Unmovable } from './unmovable.js'

/** What a closure or local class has by its definition, and has again wherever its template makes it. */
export interface Definition {
  readonly length: number
  /** What the function itself inherits from: a class's base. */
  readonly behind: object | null
}

/** Closures of one template agree in this. */
const ofTemplates = new WeakMap<ClosureTemplate, Definition>()
/** Each local class has the base that it found when it was made. */
const ofClasses = new WeakMap<Owner, Definition>()

/**
 * What `fn` had when it was made. To find out, its template makes another one, as it will where `fn` arrives: once for all closures of a template, once
 * for each class.
 */
export function definitionOf(fn: Owner, record: ClosureRecord): Definition {
  const known = ofTemplates.get(record.template) ?? ofClasses.get(fn)
  if (known) return known
  const made = madeAgain(fn, record)
  const definition = { length: lengthOf(made), behind: Object.getPrototypeOf(made) as object | null }
  if (isClass(made)) ofClasses.set(fn, definition)
  else ofTemplates.set(record.template, definition)
  return definition
}

function madeAgain(fn: Owner, { template, environments }: ClosureRecord): object {
  try {
    return template.make(...environments)
  } catch (error) {
    throw new Unmovable(fn, `a class that can't be made again (${String(error)})`, 'leave its base as it was')
  }
}

/** A class may have a static method or getter `length` in the place of the number. */
function lengthOf(made: object): number {
  const length: unknown = Object.getOwnPropertyDescriptor(made, 'length')?.value
  return typeof length === 'number' ? length : NaN
}

/** A class's `prototype` can't be replaced; any other function's can. */
export const isClass = (fn: object): boolean => Object.getOwnPropertyDescriptor(fn, 'prototype')?.writable === false
