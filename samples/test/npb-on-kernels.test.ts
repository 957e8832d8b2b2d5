import test from 'ava'
import { atollRun, routesIn } from './atoll-run.js'

// One after another: each run has all kernels to itself.
for (const benchmark of ['is', 'mg', 'ft']) {
  const program = `npb/${benchmark}.ts`

  for (const [backend, kernels] of [
    ['workers', 1],
    ['workers', 2],
    ['sim', 1],
    ['sim', 2],
  ] as const) {
    test.serial(`${benchmark} of class S verifies on ${backend}, kernels: ${kernels}`, async (t) => {
      const { status, output } = await atollRun(program, ['--backend', backend, '--kernels', String(kernels)], ['S'])
      t.is(status, 0, output)
      t.regex(output, /^ Verification +=  +SUCCESSFUL$/m)
      t.is(routesIn(output).length, kernels)
    })
  }

  test.serial(
    `${benchmark} of class S verifies on workers, kernels: 4, its threads walking with their memory`,
    async (t) => {
      const { status, output } = await atollRun(program, ['--backend', 'workers', '--kernels', '4'], ['S', '4', '2'])
      t.is(status, 0, output)
      t.regex(output, /^ Verification +=  +SUCCESSFUL$/m)
      t.deepEqual(routesIn(output), [
        [1, 2, 3],
        [2, 3, 4],
        [3, 4, 1],
        [4, 1, 2],
      ])
    },
  )

  // Three parts of everything: nothing is cut at a page's border but by intent, and some parts are larger than others.
  test.serial(`${benchmark} of class S verifies with three threads on two kernels`, async (t) => {
    const { status, output } = await atollRun(program, ['--backend', 'sim', '--kernels', '2'], ['S', '3'])
    t.is(status, 0, output)
    t.regex(output, /^ Verification +=  +SUCCESSFUL$/m)
  })

  for (const mode of ['capture', 'hop']) {
    test.serial(`${benchmark} of class S verifies with forced motion (${mode})`, async (t) => {
      const options = ['--backend', 'sim', '--kernels', '2', '--force-motion', mode]
      const { status, output } = await atollRun(program, options, ['S'])
      t.is(status, 0, output)
      t.regex(output, /^ Verification +=  +SUCCESSFUL$/m)
    })
  }
}
