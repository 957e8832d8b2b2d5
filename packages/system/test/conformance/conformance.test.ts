import { compileProgram } from '@atoll/compiler'
import test from 'ava'
import { readdirSync, readFileSync } from 'node:fs'
import { SimBackend } from '@atoll/system'
import { boot } from '../booting.js'
import { runProgram } from '../matrix/matrix.js'

const PROGRAMS = new URL('../../../../posix/test/programs/', import.meta.url)

/** Statements are the keys of an object literal: `'munmap: takes away …': async () => {`. */
const STATEMENT = /^ {2}'([a-z_0-9]+: [^']+)':/gm

/** One test per statement of the programs `conformance-*.ts`, each in a process of its own. The matrix runs all of them everywhere. */
for (const file of readdirSync(PROGRAMS).filter((name) => /^conformance-.*\.ts$/.test(name))) {
  const entry = new URL(file, PROGRAMS)
  const statements = Array.from(readFileSync(entry, 'utf8').matchAll(STATEMENT), ([, statement = '']) => statement)
  const booted = Promise.all([boot(new SimBackend({ kernels: 3 })), compileProgram(entry)])
  test.after.always(async () => (await booted)[0].shutdown())

  for (const statement of statements) {
    test(statement, async (t) => {
      const [system, image] = await booted
      const { stdout, stderr } = await runProgram(system, image, { argv: [statement] })
      t.is(stdout, `${statement}: holds\n`, stderr)
    })
  }
}
