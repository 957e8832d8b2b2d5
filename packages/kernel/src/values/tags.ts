/**
 * The first byte of every encoded value (`docs/protocols/values.md`). Bytes from {@link SHORT_LAYOUT} on carry a small
 * operand themselves, because most values of a thread are small integers, short strings and objects of few layouts.
 */
export const Tag = {
  UNDEFINED: 0x00,
  NULL: 0x01,
  FALSE: 0x02,
  TRUE: 0x03,
  INTEGER: 0x04,
  DOUBLE: 0x05,
  BIGINT: 0x06,
  LATIN1: 0x07,
  UTF16: 0x08,
  SYMBOL_FOR: 0x09,
  SYMBOL_WELL_KNOWN: 0x0a,
  UNINITIALIZED: 0x0b,
  HOLE: 0x0c,

  /** An object that has begun earlier in the image. */
  REFERENCE: 0x0d,
  /** A value that the next one depends on, to be read and put aside. */
  FIRST: 0x0e,
  /** The object is made empty here; its contents follow among the jobs. */
  LATER: 0x0f,
  /** A {@link Job.PATCH} for the object that follows is among the jobs. */
  PATCHED: 0x10,
  /** The built-in object that follows has another prototype than its kind's own. */
  DERIVED: 0x11,

  NEW_LAYOUT: 0x12,
  LAYOUT: 0x13,
  DICTIONARY: 0x14,
  ARRAY: 0x15,
  MAP: 0x16,
  SET: 0x17,
  DATE: 0x18,
  REGEXP: 0x19,
  ERROR: 0x1a,
  BOXED: 0x1b,
  ARGUMENTS: 0x1c,
  BUFFER: 0x1d,
  /** A typed array that covers all of its buffer, and that buffer. */
  WHOLE_VIEW: 0x1e,
  VIEW: 0x1f,
  DATA_VIEW: 0x20,

  NAME: 0x21,
  EXTERNAL: 0x22,
  INTRINSIC: 0x23,
  CLOSURE: 0x24,
  MEMBER: 0x25,
  PROTOTYPE: 0x26,
  PROMISE: 0x27,
  CUSTOM: 0x28,
  FRAME: 0x29,
  BOUND: 0x2a,
  GENERATOR: 0x2b,
} as const

/** What follows the roots: contents and properties that were put off. */
export const Job = { END: 0x00, CONTENTS: 0x01, PATCH: 0x02, PATCH_PROTOTYPE: 0x03, PRIVATES: 0x04 } as const

/** `SHORT_LAYOUT + n`, n < 16: an object of layout n of the image. */
export const SHORT_LAYOUT = 0x30
/** `SHORT_STRING + n`, n < 64: a string of n one-byte characters. */
export const SHORT_STRING = 0x40
/** `SHORT_INTEGER + n`, n < 128: the integer n + {@link LEAST_SHORT_INTEGER}. */
export const SHORT_INTEGER = 0x80
export const LEAST_SHORT_INTEGER = -16

/** Prototype of a layout's objects. */
export const LayoutKind = { PLAIN: 0, NULL: 1, PROTOTYPE: 2 } as const

/** Attributes of a patched property. */
export const Attribute = { WRITABLE: 1, ENUMERABLE: 2, CONFIGURABLE: 4, ACCESSOR: 8 } as const

/** Integrity level of a patched object. */
export const Integrity = { NONE: 0, NON_EXTENSIBLE: 1, SEALED: 2, FROZEN: 3 } as const
export type Integrity = (typeof Integrity)[keyof typeof Integrity]

/** How a member of a function or object is reached. */
export const MemberKind = { VALUE: 0, GETTER: 1, SETTER: 2, PRIVATE: 3 } as const

/** First byte of every image: what a kernel of another version refuses to read. */
export const FORMAT_VERSION = 1

/**
 * Containers nested deeper than this are made empty and filled by a job, so that neither side needs a call stack
 * proportional to the graph's depth.
 */
export const SOFT_DEPTH = 64

/** Values nested deeper than this, through what can't be filled later (prototypes, custom data), are refused. */
export const HARD_DEPTH = 200

/** Decoding nests at most this much deeper for each level of encoding: a dependency, a prefix, a definition. */
export const DEEPEST_DECODING = 3 * HARD_DEPTH

/** Objects of more properties are dictionaries: their keys are written with each of them. */
export const MAX_LAYOUT_KEYS = 64
