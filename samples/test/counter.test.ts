import test from 'ava'
import { atollRun } from './atoll-run.js'

// One after another: each run has all kernels to itself.
for (const backend of ['sim', 'workers']) {
  for (const kernels of [1, 2, 4]) {
    test.serial(`eight threads count to 8000 on ${backend}, kernels: ${kernels}`, async (t) => {
      const options = ['--backend', backend, '--kernels', String(kernels)]
      const { status, output } = await atollRun('synchronization/counter.ts', options, [])
      t.is(status, 0, output)
      t.is(output.trim(), '8000')
    })
  }
}
