import { SURROUNDINGS } from '@atoll/kernel'
import { Script } from 'node:vm'
import { CompileError } from './errors.js'

/**
 * A bundle gets a function of its own: its top-level names may be the surroundings' or the markers', and shadow them.
 * It is strict as ECMAScript modules are; libraries in CommonJS are held to it too, as in every bundle of modules.
 */
const HEADER = `(function ($r, $i, ${SURROUNDINGS.join(', ')}) {
"use strict";
const $S = $r.SUSPENDED, $U = $r.UNINITIALIZED;
(() => {
`
const FOOTER = '})();\n})'
const HEADER_LINES = HEADER.split('\n').length - 1

/** Makes the code of an image, one function expression, of a bundle in CommonJS. */
export const imageCode = (bundle: string): string => `${HEADER}${bundle}${FOOTER}`

/** Shifts the mappings of a bundle's source map to where {@link imageCode} puts the bundle. */
export const imageMappings = (mappings: string): string => ';'.repeat(HEADER_LINES) + mappings

/** Has V8 parse an image's code: what only sloppy code may say would otherwise surprise the image's first kernel. `null`: it is strict. */
export function syntaxErrorIn(code: string): SyntaxError | null {
  try {
    new Script(code, { filename: 'image' })
    return null
  } catch (error) {
    if (error instanceof SyntaxError) return error
    throw error
  }
}

/**
 * Says which file of a bundle is not valid in strict mode.
 *
 * @param code An image's code in which the bundler's comments are left.
 * @param name The file that is named if the bundler says nothing.
 */
export function sloppyCode(error: SyntaxError, code: string, name: string): CompileError {
  const line = Number(/^image:(\d+)/.exec(error.stack ?? '')?.[1] ?? 1)
  const file = bundledFile(code.split('\n').slice(0, line)) ?? name
  const message = `this file is not valid in strict mode (${error.message})`
  const remedy = 'use a version of it that is: a program is bundled as ECMAScript modules are, in strict mode'
  return new CompileError([{ file, line: 1, column: 1, message, remedy }], { cause: error })
}

/** The bundler says before each module which file it was. */
const bundledFile = (before: readonly string[]): string | undefined =>
  before.findLast((text) => /^\/\/ \S/.test(text))?.slice(3)
