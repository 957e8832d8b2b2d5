import test from 'ava'
import { readFile } from 'node:fs/promises'
import { backendCompliance } from '../src/compliance/index.js'
import { InlineBackend } from './examples/inline-backend.js'

const DOCUMENT = new URL('../../../../docs/backends.md', import.meta.url)
const EXAMPLE = new URL('../../test/examples/inline-backend.ts', import.meta.url)

backendCompliance(test.serial, 'the worked example', (kernels) => new InlineBackend({ kernels }))

test('the document shows the worked example as it is', async (t) => {
  const example = (await readFile(EXAMPLE, 'utf8')).trim()
  t.true((await readFile(DOCUMENT, 'utf8')).includes(example))
  t.true(example.split('\n').length < 150)
})
