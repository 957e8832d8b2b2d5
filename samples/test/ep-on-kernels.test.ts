import test from 'ava'
import { atollRun, routesIn } from './atoll-run.js'

const EP = 'npb/ep.ts'

// One after another: each run has all kernels to itself.
for (const className of ['S', 'W']) {
  for (const [backend, kernels] of [
    ['workers', 1],
    ['workers', 2],
    ['workers', 4],
    ['sim', 2],
  ] as const) {
    test.serial(`class ${className} verifies on ${backend}, kernels: ${kernels}, its threads walking`, async (t) => {
      const { status, output } = await atollRun(EP, ['--backend', backend, '--kernels', String(kernels)], [className])
      t.is(status, 0, output)
      t.regex(output, /^ Verification +=  +SUCCESSFUL$/m)
      const routes = routesIn(output)
      t.is(routes.length, kernels)
      for (const route of routes) t.is(route.length, kernels === 1 ? 1 : 5, `route ${route.join(' → ')}`)
    })
  }
}

for (const mode of ['capture', 'hop']) {
  test.serial(`class S verifies with forced motion (${mode})`, async (t) => {
    const { status, output } = await atollRun(EP, ['--backend', 'sim', '--kernels', '2', '--force-motion', mode], ['S'])
    t.is(status, 0, output)
    t.regex(output, /^ Verification +=  +SUCCESSFUL$/m)
  })
}

test.serial('a wrong argument ends the program with status 2 and one line that names it', async (t) => {
  const options = ['--backend', 'workers', '--kernels', '1']
  t.deepEqual(await atollRun(EP, options, ['X']), { status: 2, output: "ep: unknown class 'X': choose one of S, W\n" })
  const { status, output } = await atollRun(EP, options, ['S', '0'])
  t.is(status, 2)
  t.is(output, "ep: THREADS is '0': give a whole number of at least 1\n")
})
