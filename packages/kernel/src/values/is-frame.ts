import { types } from 'node:util'
import type { Code, Frame } from '../frames/frame.js'

/** A frame is told by its header, which no other object of a program has. */
export const isFrame = (value: unknown): value is Frame =>
  typeof value === 'object' &&
  value !== null &&
  !types.isProxy(value) &&
  Object.hasOwn(value, '$f') &&
  Object.hasOwn(value, '$p') &&
  Array.isArray((value as { $f: Partial<Code> | null }).$f?.points)
