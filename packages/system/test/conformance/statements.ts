import { readdirSync, readFileSync } from 'node:fs'

const PROGRAMS = new URL('../../../../posix/test/programs/', import.meta.url)

/** Statements are the keys of an object literal: `'munmap: takes away …': async () => {`, in one line or two. */
const STATEMENT = /^ {2}'([a-z_0-9*]+: [^']+)':/gm

/** A program that checks statements: each, if it is given as an argument. */
export interface ConformanceProgram {
  readonly entry: URL
  /** `function: what holds`. */
  readonly statements: readonly string[]
}

/** The programs `conformance-*.ts`. */
export const conformancePrograms = (): ConformanceProgram[] =>
  readdirSync(PROGRAMS)
    .filter((name) => /^conformance-.*\.ts$/.test(name))
    .map((name) => {
      const entry = new URL(name, PROGRAMS)
      const found = readFileSync(entry, 'utf8').matchAll(STATEMENT)
      return { entry, statements: Array.from(found, ([, statement = '']) => statement) }
    })
