import { types } from 'node:util'
import type { SourcePlace } from '../errors.js'
import type { Frame, Point } from '../frames/frame.js'
import { generatorStateOf } from '../frames/generator-state.js'
import { closureRecord } from '../frames/stamp.js'
import { bindingOf } from './bound.js'
import type { EncodeContext } from './context.js'
import { bufferOf, mapEntries, setMembers } from './innate.js'
import { intrinsicName } from './intrinsics.js'
import { isFrame } from './is-frame.js'
import { isNative } from './native.js'
import { descriptorOf } from './properties.js'
import { privatesOf, staticsOf } from './private-state.js'
import { prototypeInfo, type Owner } from './prototypes.js'

/** How a value was reached. */
export interface Location {
  /** `cfg.pool[3].socket`; `''` for a root. */
  readonly variable: string
  /** `null` if no frame leads there. */
  readonly place: SourcePlace | null
}

/** A value, and the path that led there. */
export interface Step extends Location {
  readonly value: unknown
}

/**
 * Finds the shortest path from the roots to what could not be encoded. It runs only after a failure, so the encoder need not
 * keep paths. What lies behind a serialize method is not looked for: the object that has the method is.
 */
export function locate(culprit: object | symbol, roots: readonly unknown[], context: EncodeContext): Location {
  for (const step of stepsThrough(roots, context)) {
    const { value } = step
    if (value === culprit) return step.variable === '' && isFrame(value) ? ofFrame(value) : shortened(step)
  }
  return { variable: '', place: null }
}

/** Everything that the roots reach, breadth first. */
export function* stepsThrough(roots: readonly unknown[], context: EncodeContext): Iterable<Step> {
  const visited = new Set<unknown>()
  const queue: Step[] = roots.map((value, i) => ({ value, variable: roots.length > 1 ? `[${i}]` : '', place: null }))
  for (let next = 0; next < queue.length; next++) {
    const step = queue[next] // in range
    const { value } = step
    yield step
    if (!isObject(value) || visited.has(value) || isNamed(value, context)) continue
    visited.add(value)
    for (const further of stepsFrom(value, step)) queue.push(further)
  }
}

const ofFrame = (frame: Frame): Location => ({ variable: '', place: placeOf(frame, pointOf(frame)) })

/** Longer paths are cut: their beginning is what the programmer looks for. */
const LONGEST = 160
const shortened = ({ variable, place }: Step): Location => ({
  variable: variable.length > LONGEST ? `${variable.slice(0, LONGEST)}…` : variable,
  place,
})

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

const isNamed = (object: object, { instance, externals }: EncodeContext): boolean =>
  instance.nameOf(object) !== undefined || externals?.nameOf(object) !== undefined

function stepsFrom(value: object, from: Step): Step[] {
  if (types.isProxy(value)) return []
  if (isFrame(value)) return stepsFromFrame(value, from)
  if (ArrayBuffer.isView(value)) return [step(from, bufferOf(value), '.buffer')]
  return [
    ...stepsFromProperties(value, from),
    ...stepsFromPrivates(value, from),
    ...stepsFromGenerator(value, from),
    ...(types.isMap(value) ? stepsFromMap(value, from) : []),
    ...(types.isSet(value) ? stepsFromSet(value, from) : []),
    ...(typeof value === 'function'
      ? [...stepsFromClosure(value, from), ...stepsFromBinding(value as Owner, from)]
      : []),
    step(from, Object.getPrototypeOf(value), '.[[Prototype]]'),
  ]
}

const step = ({ variable, place }: Step, value: unknown, selector: string): Step => ({
  value,
  variable: variable === '' && selector.startsWith('.') ? selector.slice(1) : variable + selector,
  place,
})

/** The frame's variables, then its caller. */
function stepsFromFrame(frame: Frame, from: Step): Step[] {
  const point = pointOf(frame)
  const place = placeOf(frame, point)
  const variables = (point?.slots ?? []).map(
    // A slot without a name holds an environment, whose properties are the variables, or a value that is being computed.
    (slot, i): Step => ({ value: frame[slot], variable: point?.names[i] ?? '', place }),
  )
  return [...variables, { value: frame.$c, variable: '', place: from.place }]
}

const pointOf = ({ $f, $p }: Frame): Point | undefined => $f.points[$p]

/** The kernel's own functions are no place in the program. */
const placeOf = ({ $f }: Frame, point: Point | undefined): SourcePlace | null =>
  $f.file === '' ? null : { functionName: $f.name, file: $f.file, line: point?.line ?? 0 }

function stepsFromProperties(object: object, from: Step): Step[] {
  return Reflect.ownKeys(object).flatMap((key) => {
    const { value, get, set } = descriptorOf(object, key)
    const selector = selectorOf(key)
    const steps = [get, set, value]
      .filter((part) => part !== undefined)
      .map((part: unknown) => step(from, part, selector))
    return typeof key === 'symbol' ? [...steps, step(from, key, selector)] : steps
  })
}

function stepsFromPrivates(object: object, from: Step): Step[] {
  const prototype = Object.getPrototypeOf(object) as object | null
  const own = prototype === null ? [] : privatesOf(object, prototypeInfo(prototype))
  return [...own, ...staticsOf(object)].map(([name, value]) => step(from, value, `.${name}`))
}

/** Where a generator goes on, with its variables. */
function stepsFromGenerator(object: object, from: Step): Step[] {
  const frame = generatorStateOf(object)?.frame
  return frame ? [step(from, frame, '.[[GeneratorState]]')] : []
}

function selectorOf(key: string | symbol): string {
  if (typeof key === 'symbol') return `[${String(key)}]`
  if (/^(0|[1-9]\d*)$/.test(key)) return `[${key}]`
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function stepsFromMap(map: Map<unknown, unknown>, from: Step): Step[] {
  return [...mapEntries(map)].flatMap(([key, value], i) => {
    const name = typeof key === 'string' ? JSON.stringify(key) : isObject(key) ? `<key ${i}>` : String(key)
    return [step(from, key, `.keys()[${i}]`), step(from, value, `.get(${name})`)]
  })
}

const stepsFromSet = (set: Set<unknown>, from: Step): Step[] =>
  [...setMembers(set)].map((member, i) => step(from, member, `.values()[${i}]`))

function stepsFromBinding(fn: Owner, from: Step): Step[] {
  const binding = isNative(fn) && intrinsicName(fn) === undefined ? bindingOf(fn) : null
  if (binding === null) return []
  const { target, self, args } = binding
  return [
    step(from, target, '.[[BoundTarget]]'),
    step(from, self, '.[[BoundThis]]'),
    ...args.map((arg, i) => step(from, arg, `.[[BoundArgs]][${i}]`)),
  ]
}

/** What a closure captured is spelled as the source of the closure spells it. */
function stepsFromClosure(closure: object, { place, variable }: Step): Step[] {
  const record = closureRecord(closure)
  if (record === undefined) return []
  const { name, file, line } = record.template
  const inside = place ?? { functionName: name, file, line }
  const suffix = variable === '' ? '' : `${variable} → `
  return record.environments.flatMap((environment) =>
    isObject(environment)
      ? stepsFromProperties(environment, { value: environment, variable: '', place: inside }).map((further) => ({
          ...further,
          variable: suffix + further.variable,
        }))
      : [],
  )
}
