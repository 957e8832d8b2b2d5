import { compileProgram } from '@atoll/compiler'
import test from 'ava'
import { SimBackend } from '@atoll/system'
import { boot } from '../booting.js'
import { runProgram } from '../matrix/matrix.js'
import { conformancePrograms } from './statements.js'

/** One test per statement, each in a process of its own. The matrix runs all of them everywhere. */
for (const { entry, statements } of conformancePrograms()) {
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
