/** How a field is laid out: what the code generator reads. */
export type FieldForm =
  | { readonly kind: FixedKind }
  | { readonly kind: 'string' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'borrowed' }
  | { readonly kind: 'optional'; readonly of: FieldForm }
  | { readonly kind: 'list'; readonly of: FieldForm }
  | { readonly kind: 'struct'; readonly fields: readonly NamedForm[] }

/** Fields whose place and width in a message never vary. */
export type FixedKind = 'u8' | 'u16' | 'u32' | 'i32' | 'u64' | 'f64' | 'bool'

/** A field with its name, in the order of declaration. */
export interface NamedForm {
  readonly name: string
  readonly form: FieldForm
}

declare const valueType: unique symbol

/** A field type: how values of `T` cross between kernels. */
export interface Field<T> {
  readonly form: FieldForm
  readonly [valueType]?: T
}

/** A field that may be absent. */
export interface OptionalField<T> extends Field<T | undefined> {
  readonly form: { readonly kind: 'optional'; readonly of: FieldForm }
}

/** The fields of a message, by name. Their order is their order on the wire. */
export type Shape = Readonly<Record<string, Field<unknown>>>

/** The values of a field type. */
export type ValueOf<F> = F extends Field<infer T> ? T : never
/** Names of the fields that may be absent. */
export type OptionalKeys<S> = { [K in keyof S]: S[K] extends OptionalField<unknown> ? K : never }[keyof S]

/** The values of a shape's fields, as a handler gets them and a sender gives them. */
export type Values<S extends Shape> = {
  readonly [K in Exclude<keyof S, OptionalKeys<S>>]: ValueOf<S[K]>
} & {
  readonly [K in OptionalKeys<S>]?: ValueOf<S[K]>
}

const fixed = <T>(kind: FixedKind): Field<T> => ({ form: { kind } })

/** An integer of 0 … 255. */
export const u8 = fixed<number>('u8')
/** An integer of 0 … 65,535. */
export const u16 = fixed<number>('u16')
/** An integer of 0 … 2^32 − 1. */
export const u32 = fixed<number>('u32')
/** An integer of −2^31 … 2^31 − 1. */
export const i32 = fixed<number>('i32')
/** An integer of 0 … 2^53 − 1, the exact ones among JavaScript's numbers; eight bytes on the wire. */
export const u64 = fixed<number>('u64')
/** Any number. */
export const f64 = fixed<number>('f64')
/** `true` or `false`. */
export const bool = fixed<boolean>('bool')
/** Any string, kept exactly, lone surrogates included. */
export const string: Field<string> = { form: { kind: 'string' } }
/** Bytes. The receiver gets a copy of its own. */
export const bytes: Field<Uint8Array> = { form: { kind: 'bytes' } }
/**
 * Bytes that the receiver may only look at *while its handler runs*: a view of the link's memory, which is used again
 * afterwards. Saves a copy; for bulk data that is copied to its destination anyway. The view may be of shared memory, which some host
 * functions refuse.
 */
export const borrowedBytes: Field<Uint8Array> = { form: { kind: 'borrowed' } }

/** A field that may be absent; absent is `undefined`. */
export const optional = <T>(of: Field<T>): OptionalField<T> => ({ form: { kind: 'optional', of: of.form } })

/** Any number of values of one type, in order. */
export const list = <T>(of: Field<T>): Field<readonly T[]> => ({ form: { kind: 'list', of: of.form } })

/** Several named fields as one value. */
export const struct = <S extends Shape>(shape: S): Field<Values<S>> => ({
  form: { kind: 'struct', fields: namedForms(shape) },
})

/** The fields of a shape as the code generator wants them. */
export const namedForms = (shape: Shape): NamedForm[] =>
  Object.entries(shape).map(([name, { form }]) => ({ name, form }))
