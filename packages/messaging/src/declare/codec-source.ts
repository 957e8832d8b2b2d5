import type { FieldForm, FixedKind, NamedForm } from './fields.js'

/** What generated code finds in its variable `runtime`. */
export interface CodecRuntime {
  readonly WIDE: number
  readonly stringBound: (value: string) => number
  readonly writeString: (view: DataView, at: number, value: string) => number
  readonly readString: (view: DataView, at: number, byteLength: number, wide: boolean) => string
  readonly bytesBound: (value: Uint8Array) => number
  readonly writeBytes: (view: DataView, memory: Uint8Array, at: number, value: Uint8Array) => number
  readonly startOfBytes: (view: DataView, at: number, end: number, length: number) => number
  readonly copyBytes: (view: DataView, at: number, length: number) => Uint8Array
  readonly borrowBytes: (view: DataView, at: number, length: number) => Uint8Array
  /** Throws: the sender's value does not fit. */
  readonly refuse: (field: string, expected: string, value: unknown) => never
  /** Throws: the received bytes do not fit. */
  readonly malformed: (field: string, why: string) => never
}

const WIDTHS: Readonly<Record<FixedKind, number>> = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, f64: 8, bool: 1 }

/** Bytes of a field of fixed width; 0 for the others. */
export const fixedWidth = (form: FieldForm): number => (form.kind in WIDTHS ? WIDTHS[form.kind as FixedKind] : 0)

/** The fewest bytes that a value may take: what bounds the count of a list. */
export function minimumWidth(form: FieldForm): number {
  switch (form.kind) {
    case 'optional':
      return 1
    case 'string':
    case 'bytes':
    case 'borrowed':
    case 'list':
      return 4
    case 'struct':
      return form.fields.reduce((sum, field) => sum + minimumWidth(field.form), 0)
    default:
      return WIDTHS[form.kind]
  }
}

/** Numbers local variables, so that nested loops do not share theirs. */
class Locals {
  #count = 0
  next(prefix: string): string {
    return `${prefix}${this.#count++}`
  }
}

const partition = (fields: readonly NamedForm[]): [fixed: NamedForm[], varying: NamedForm[]] => [
  fields.filter(({ form }) => fixedWidth(form) > 0),
  fields.filter(({ form }) => fixedWidth(form) === 0),
]

const sumOfWidths = (fields: readonly NamedForm[]): number =>
  fields.reduce((sum, { form }) => sum + fixedWidth(form), 0)

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

// ── bound ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Body of `(m) => bytes`: an upper bound of the encoded size. Checks the types of what varies. */
export function boundSource(fields: readonly NamedForm[]): string {
  return `let n = 0\n${boundOfFields('m', fields, '', new Locals())}return n`
}

function boundOfFields(object: string, fields: readonly NamedForm[], path: string, locals: Locals): string {
  const [fixed, varying] = partition(fields)
  const parts = varying.map(({ name, form }) => {
    const value = locals.next('x')
    return `const ${value} = ${object}.${name}\n${boundOfValue(value, form, join(path, name), locals)}`
  })
  return `n += ${sumOfWidths(fixed)}\n${parts.join('')}`
}

function boundOfValue(value: string, form: FieldForm, path: string, locals: Locals): string {
  const refuse = (expected: string): string => `runtime.refuse('${path}', '${expected}', ${value})`
  switch (form.kind) {
    case 'string':
      return `if (typeof ${value} !== 'string') ${refuse('a string')}\nn += runtime.stringBound(${value})\n`
    case 'bytes':
    case 'borrowed':
      return `if (!(${value} instanceof Uint8Array)) ${refuse('a Uint8Array')}\nn += runtime.bytesBound(${value})\n`
    case 'optional':
      return `n += 1\nif (${value} !== undefined) {\n${boundOfValue(value, form.of, path, locals)}}\n`
    case 'list': {
      const check = `if (!Array.isArray(${value})) ${refuse('an array')}\nn += 4\n`
      if (fixedWidth(form.of) > 0) return `${check}n += ${fixedWidth(form.of)} * ${value}.length\n`
      const element = locals.next('x')
      return `${check}for (const ${element} of ${value}) {\n${boundOfValue(element, form.of, `${path}[]`, locals)}}\n`
    }
    case 'struct':
      return (
        `if (typeof ${value} !== 'object' || ${value} === null) ${refuse('an object')}\n` +
        boundOfFields(value, form.fields, path, locals)
      )
    default:
      return `n += ${WIDTHS[form.kind]}\n`
  }
}

// ── encode ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Body of `(m, v, b, p) => end`. Runs after `bound`, which has checked the types of what varies. */
export function encoderSource(fields: readonly NamedForm[]): string {
  return `${encodeFields('m', fields, '', new Locals())}return p`
}

function encodeFields(object: string, fields: readonly NamedForm[], path: string, locals: Locals): string {
  const [fixed, varying] = partition(fields)
  let source = ''
  let offset = 0
  for (const { name, form } of fixed) {
    const value = locals.next('x')
    source += `const ${value} = ${object}.${name}\n`
    source += encodeFixed(value, form.kind as FixedKind, offset, join(path, name))
    offset += fixedWidth(form)
  }
  source += `p += ${offset}\n`
  for (const { name, form } of varying) {
    const value = locals.next('x')
    source += `const ${value} = ${object}.${name}\n${encodeValue(value, form, join(path, name), locals)}`
  }
  return source
}

function encodeValue(value: string, form: FieldForm, path: string, locals: Locals): string {
  switch (form.kind) {
    case 'string':
      return `p = runtime.writeString(v, p, ${value})\n`
    case 'bytes':
    case 'borrowed':
      return `p = runtime.writeBytes(v, b, p, ${value})\n`
    case 'optional':
      return `if (${value} === undefined) v.setUint8(p++, 0)\nelse {\nv.setUint8(p++, 1)\n${encodeValue(value, form.of, path, locals)}}\n`
    case 'list': {
      const element = locals.next('x')
      return (
        `v.setUint32(p, ${value}.length, true)\np += 4\n` +
        `for (const ${element} of ${value}) {\n${encodeValue(element, form.of, `${path}[]`, locals)}}\n`
      )
    }
    case 'struct':
      return `{\n${encodeFields(value, form.fields, path, locals)}}\n`
    default:
      return `${encodeFixed(value, form.kind, 0, path)}p += ${WIDTHS[form.kind]}\n`
  }
}

function encodeFixed(value: string, kind: FixedKind, offset: number, path: string): string {
  const at = offset === 0 ? 'p' : `p + ${offset}`
  const guard = (fits: string, expected: string): string =>
    `if (!(typeof ${value} === 'number' && ${fits})) runtime.refuse('${path}', '${expected}', ${value})\n`
  switch (kind) {
    case 'u8':
      return `${guard(`(${value} & 0xff) === ${value}`, 'an integer of 0 … 255')}v.setUint8(${at}, ${value})\n`
    case 'u16':
      return `${guard(`(${value} & 0xffff) === ${value}`, 'an integer of 0 … 65535')}v.setUint16(${at}, ${value}, true)\n`
    case 'u32':
      return `${guard(`${value} >>> 0 === ${value}`, 'an integer of 0 … 2^32 − 1')}v.setUint32(${at}, ${value}, true)\n`
    case 'i32':
      return `${guard(`(${value} | 0) === ${value}`, 'an integer of −2^31 … 2^31 − 1')}v.setInt32(${at}, ${value}, true)\n`
    case 'u64':
      return (
        guard(`Number.isSafeInteger(${value}) && ${value} >= 0`, 'an integer of 0 … 2^53 − 1') +
        `v.setUint32(${at}, ${value} >>> 0, true)\nv.setUint32(p + ${offset + 4}, ${value} / 0x100000000, true)\n`
      )
    case 'f64':
      return `${guard('true', 'a number')}v.setFloat64(${at}, ${value}, true)\n`
    case 'bool':
      return (
        `if (typeof ${value} !== 'boolean') runtime.refuse('${path}', 'a boolean', ${value})\n` +
        `v.setUint8(${at}, ${value} ? 1 : 0)\n`
      )
  }
}

// ── decode ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Body of `(v, p, end) => value`. Every read is checked against `end` first: the view is wider than the message. */
export function decoderSource(fields: readonly NamedForm[]): string {
  const { source, literal } = decodeFields(fields, '', new Locals())
  return `${source}if (p !== end) runtime.malformed('', 'has ' + (end - p) + ' bytes too many')\nreturn ${literal}`
}

/** Statements that leave the fields in local variables, and the object literal that collects them. */
function decodeFields(fields: readonly NamedForm[], path: string, locals: Locals): { source: string; literal: string } {
  const [fixed, varying] = partition(fields)
  const variables = new Map(fields.map(({ name }) => [name, locals.next('x')]))
  const variable = (name: string): string => variables.get(name) ?? name
  const width = sumOfWidths(fixed)
  let source = width > 0 ? `if (end - p < ${width}) runtime.malformed('${path}', 'is truncated')\n` : ''
  let offset = 0
  for (const { name, form } of fixed) {
    source += decodeFixed(variable(name), form.kind as FixedKind, offset, join(path, name))
    offset += fixedWidth(form)
  }
  if (width > 0) source += `p += ${width}\n`
  for (const { name, form } of varying) {
    source += `let ${variable(name)}\n${decodeValue(variable(name), form, join(path, name), locals)}`
  }
  return { source, literal: `{ ${fields.map(({ name }) => `${name}: ${variable(name)}`).join(', ')} }` }
}

/** Statements that assign the value at `p` to `target` and step over it. */
function decodeValue(target: string, form: FieldForm, path: string, locals: Locals): string {
  const truncated = (bytes: number | string): string =>
    `if (${bytes} > end - p) runtime.malformed('${path}', 'is truncated')\n`
  const readCount = (count: string): string => `${truncated(4)}let ${count} = v.getUint32(p, true)\np += 4\n`
  switch (form.kind) {
    case 'string': {
      const size = locals.next('n')
      const wide = locals.next('w')
      return (
        `${readCount(size)}const ${wide} = ${size} >= runtime.WIDE\nif (${wide}) ${size} -= runtime.WIDE\n${truncated(size)}` +
        `if (${wide} && ${size} % 2) runtime.malformed('${path}', 'ends in half a character')\n` +
        `${target} = runtime.readString(v, p, ${size}, ${wide})\np += ${size}\n`
      )
    }
    case 'bytes':
    case 'borrowed': {
      const size = locals.next('n')
      const read = form.kind === 'bytes' ? 'copyBytes' : 'borrowBytes'
      return (
        `${readCount(size)}p = runtime.startOfBytes(v, p, end, ${size})\n` +
        `if (p < 0) runtime.malformed('${path}', 'is truncated or padded wrongly')\n` +
        `${target} = runtime.${read}(v, p, ${size})\np += ${size}\n`
      )
    }
    case 'optional': {
      const present = locals.next('n')
      return (
        `${truncated(1)}const ${present} = v.getUint8(p++)\n` +
        `if (${present} === 1) {\n${decodeValue(target, form.of, path, locals)}}\n` +
        `else if (${present} !== 0) runtime.malformed('${path}', 'is neither present nor absent')\n`
      )
    }
    case 'list': {
      const count = locals.next('n')
      const index = locals.next('i')
      const element = locals.next('x')
      return (
        `${readCount(count)}${truncated(`${count} * ${minimumWidth(form.of)}`)}${target} = []\n` +
        `for (let ${index} = 0; ${index} < ${count}; ${index}++) {\nlet ${element}\n` +
        `${decodeValue(element, form.of, `${path}[]`, locals)}${target}.push(${element})\n}\n`
      )
    }
    case 'struct': {
      const { source, literal } = decodeFields(form.fields, path, locals)
      return `{\n${source}${target} = ${literal}\n}\n`
    }
    default: {
      const value = locals.next('x')
      const width = WIDTHS[form.kind]
      return `${truncated(width)}{\n${decodeFixed(value, form.kind, 0, path)}${target} = ${value}\n}\np += ${width}\n`
    }
  }
}

function decodeFixed(variable: string, kind: FixedKind, offset: number, path: string): string {
  const at = offset === 0 ? 'p' : `p + ${offset}`
  switch (kind) {
    case 'u8':
      return `const ${variable} = v.getUint8(${at})\n`
    case 'u16':
      return `const ${variable} = v.getUint16(${at}, true)\n`
    case 'u32':
      return `const ${variable} = v.getUint32(${at}, true)\n`
    case 'i32':
      return `const ${variable} = v.getInt32(${at}, true)\n`
    case 'u64':
      return (
        `const ${variable} = v.getUint32(${at}, true) + v.getUint32(p + ${offset + 4}, true) * 0x100000000\n` +
        `if (${variable} > Number.MAX_SAFE_INTEGER) runtime.malformed('${path}', 'is beyond 2^53 − 1')\n`
      )
    case 'f64':
      return `const ${variable} = v.getFloat64(${at}, true)\n`
    case 'bool':
      return (
        `if (v.getUint8(${at}) > 1) runtime.malformed('${path}', 'is neither true nor false')\n` +
        `const ${variable} = v.getUint8(${at}) === 1\n`
      )
  }
}
