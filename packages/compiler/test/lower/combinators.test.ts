import test from 'ava'
import { lowerModule } from '../../src/lower/index.js'

const lowered = (source: string): string => lowerModule(source, { path: 'module.ts' }).code

test('Promise.all and its like become calls that a thread can move in, in asynchronous and in plain functions', (t) => {
  for (const name of ['all', 'allSettled', 'any', 'race']) {
    t.regex(
      lowered(`export async function f(p) { return await Promise.${name}(p) }`),
      new RegExp(`combinator\\("${name}"\\)`),
    )
    t.regex(lowered(`export const f = (p) => Promise.${name}(p)`), new RegExp(`combinator\\("${name}"\\)`))
  }
})

test('a Promise of the module, other methods, and methods that are not called stay what they are', (t) => {
  for (const source of [
    'const Promise = { all: (p) => p }; export const f = (p) => Promise.all(p)',
    'export const f = (Promise, p) => Promise.all(p)',
    'export const f = (p) => Promise.resolve(p)',
    'export const f = () => Promise.all',
    'export const f = (p) => globalThis.Promise.all(p)',
  ]) {
    t.notRegex(lowered(source), /combinator/, source)
  }
})
