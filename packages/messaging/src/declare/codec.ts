import { FieldValueError, MalformedMessageError, ProtocolDeclarationError } from '../errors.js'
import { namedForms, type FieldForm, type NamedForm, type Shape, type Values } from './fields.js'
import { borrowBytes, bytesBound, copyBytes, startOfBytes, writeBytes } from './byte-fields.js'
import {
  decoderSource,
  encoderSource,
  boundSource,
  fixedWidth,
  minimumWidth,
  type CodecRuntime,
} from './codec-source.js'
import { readString, stringBound, WIDE, writeString } from './strings.js'

/** Turns values of one shape into bytes and back. */
export interface Codec<T> {
  /** Size in bytes when it is the same for every value, else −1. */
  readonly fixedBytes: number
  /**
   * An upper bound of the bytes that `encode` will write.
   * @throws FieldValueError when a field of varying size has a wrong type.
   */
  bound(value: T): number
  /**
   * Writes `value` at `at` and returns where it ends. `memory` are the same bytes as `view`; the message that `value` is part of
   * begins at a multiple of eight.
   * @throws FieldValueError when a value does not fit its field.
   */
  encode(value: T, view: DataView, memory: Uint8Array, at: number): number
  /**
   * Reads what fills `at` … `end` exactly.
   * @throws MalformedMessageError when these bytes are not of the declared shape. Nothing outside them is read.
   */
  decode(view: DataView, at: number, end: number): T
}

/**
 * The codec of a shape, as straight-line code generated once from the declaration: fixed fields at constant offsets,
 * then those of varying size, all little-endian. (Measured: 0.3 µs a round trip through a ring; a general codec takes 2.)
 * `owner` names the message in errors.
 */
export function compileCodec<S extends Shape>(owner: string, shape: S): Codec<Values<S>> {
  const fields = namedForms(shape)
  checkFields(owner, fields)
  const runtime = runtimeOf(owner)
  const compile = <F>(parameters: string, body: string): F => {
    const source = `'use strict'; return (${parameters}) => {\n${body}\n}`
    return (new Function('runtime', source) as (runtime: CodecRuntime) => F)(runtime)
  }
  return {
    fixedBytes: fields.every(({ form }) => fixedWidth(form) > 0) ? totalWidth(fields) : -1,
    bound: compile<Codec<Values<S>>['bound']>('m', boundSource(fields)),
    encode: compile<Codec<Values<S>>['encode']>('m, v, b, p', encoderSource(fields)),
    decode: compile<Codec<Values<S>>['decode']>('v, p, end', decoderSource(fields)),
  }
}

const totalWidth = (fields: readonly NamedForm[]): number => fields.reduce((sum, { form }) => sum + fixedWidth(form), 0)

/** What generated code calls when straight lines end. */
function runtimeOf(owner: string): CodecRuntime {
  return {
    WIDE,
    stringBound,
    writeString,
    readString,
    bytesBound,
    writeBytes,
    startOfBytes,
    copyBytes,
    borrowBytes,
    refuse: (field, expected, value) => {
      throw new FieldValueError(`${owner}.${field}`, expected, value)
    },
    malformed: (field, why) => {
      throw new MalformedMessageError(`${field === '' ? owner : `${owner}.${field}`} ${why}`)
    },
  }
}

/** Names become source text and own properties, which may be absent: only plain identifiers may that objects do not inherit. */
function checkFields(owner: string, fields: readonly NamedForm[]): void {
  for (const { name, form } of fields) {
    if (!/^[A-Za-z_]\w*$/.test(name) || name in Object.prototype) {
      throw new ProtocolDeclarationError(
        `${owner}.${name} is not a field name: use letters, digits and _, but nothing that every object has`,
      )
    }
    checkForm(`${owner}.${name}`, form)
  }
}

function checkForm(field: string, form: FieldForm): void {
  switch (form.kind) {
    case 'optional':
      if (form.of.kind === 'optional') throw new ProtocolDeclarationError(`${field} is optional twice: say it once`)
      checkForm(field, form.of)
      return
    case 'list':
      if (minimumWidth(form.of) === 0) {
        throw new ProtocolDeclarationError(`${field} is a list of values without fields: no count could be bounded`)
      }
      checkForm(field, form.of)
      return
    case 'struct':
      checkFields(field, form.fields)
      return
    default:
    // the others are whole
  }
}
