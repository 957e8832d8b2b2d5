import { types } from 'node:util'

/**
 * Why `a` and `b` are not the same graph: `null` if they are. Compares everything that a program can observe (kinds, prototypes,
 * keys in order, attributes, accessors, integrity, inner state) and that the identities of both correspond one to one. An
 * oracle that shares nothing with the encoder.
 */
export function difference(a: unknown, b: unknown): string | null {
  const partners = new Map<unknown, unknown>()
  const taken = new Set<unknown>()
  const queue: [string, unknown, unknown][] = [['value', a, b]]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [path, left, right] = next
    if (!isObject(left) || !isObject(right)) {
      if (!Object.is(left, right)) return `${path}: ${String(left)} is not ${String(right)}`
      continue
    }
    if (partners.has(left) || taken.has(right)) {
      if (partners.get(left) !== right) return `${path}: identities differ`
      continue
    }
    partners.set(left, right)
    taken.add(right)
    if (typeof left === 'function' && left === right) continue // an intrinsic
    const reason = compare(left, right, (name, l, r) => queue.push([`${path}${name}`, l, r]))
    if (reason !== null) return `${path}: ${reason}`
  }
  return null
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

type Visit = (name: string, left: unknown, right: unknown) => void

function compare(left: object, right: object, visit: Visit): string | null {
  const tags = [left, right].map((object) => Object.prototype.toString.call(object))
  if (tags[0] !== tags[1]) return `${tags[0]} is not ${tags[1]}`
  const [behind, behindRight] = [Object.getPrototypeOf(left), Object.getPrototypeOf(right)]
  if (behind !== behindRight) visit('.[[Prototype]]', behind, behindRight)
  if (Object.isExtensible(left) !== Object.isExtensible(right)) return 'one is extensible'
  const keys = Reflect.ownKeys(left)
  const keysRight = Reflect.ownKeys(right)
  if (keys.length !== keysRight.length || keys.some((key, i) => key !== keysRight[i])) {
    return `keys ${keys.map(String).join()} are not ${keysRight.map(String).join()}`
  }
  for (const key of keys) {
    const l = Object.getOwnPropertyDescriptor(left, key)!
    const r = Object.getOwnPropertyDescriptor(right, key)!
    const attributes = [l, r].map(({ writable, enumerable, configurable }) =>
      [writable, enumerable, configurable].join(),
    )
    if (attributes[0] !== attributes[1]) return `${String(key)}: attributes ${attributes.join(' are not ')}`
    visit(`.${String(key)}`, l.value, r.value)
    visit(`.get ${String(key)}`, l.get, r.get)
    visit(`.set ${String(key)}`, l.set, r.set)
  }
  return compareState(left, right, visit)
}

function compareState(left: object, right: object, visit: Visit): string | null {
  if (types.isMap(left)) {
    const [l, r] = [[...left], [...(right as Map<unknown, unknown>)]]
    if (l.length !== r.length) return 'sizes differ'
    l.forEach(([key, value], i) => {
      visit(`.keys[${i}]`, key, r[i][0])
      visit(`.values[${i}]`, value, r[i][1])
    })
  } else if (types.isSet(left)) {
    const [l, r] = [[...left], [...(right as Set<unknown>)]]
    if (l.length !== r.length) return 'sizes differ'
    l.forEach((member, i) => visit(`.members[${i}]`, member, r[i]))
  } else if (types.isDate(left)) {
    visit('.time', left.getTime(), (right as Date).getTime())
  } else if (types.isRegExp(left)) {
    visit('.source', left.toString(), RegExp.prototype.toString.call(right))
  } else if (types.isBoxedPrimitive(left)) {
    visit('.valueOf', (left as { valueOf(): unknown }).valueOf(), right.valueOf())
  } else if (ArrayBuffer.isView(left)) {
    const view = right as ArrayBufferView
    if (left.byteOffset !== view.byteOffset || left.byteLength !== view.byteLength) return 'views differ'
    visit('.buffer', left.buffer, view.buffer)
  } else if (types.isArrayBuffer(left)) {
    if (Buffer.compare(Buffer.from(left), Buffer.from(right as ArrayBuffer)) !== 0) return 'bytes differ'
  }
  return null
}
