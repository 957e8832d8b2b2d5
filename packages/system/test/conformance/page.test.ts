import test from 'ava'
import { readFileSync } from 'node:fs'
import { INAPPLICABLE } from './inapplicable.js'
import { conformancePage, entries, LISTS } from './page.js'

const PAGE = new URL('../../../../../docs/conformance.md', import.meta.url)

test('docs/conformance.md is what the tests say', (t) => {
  t.true(readFileSync(PAGE, 'utf8') === conformancePage(), 'it is out of date. Remedy: npm run docs:conformance')
})

for (const { title, functions } of LISTS) {
  test(`every function of the list "${title}" has a statement that is checked`, (t) => {
    const found = entries()
    t.deepEqual(
      functions.filter((name) => !found.get(name)?.checked.length),
      [],
    )
  })
}

test('what cannot apply is said of functions of the lists', (t) => {
  const listed = new Set(LISTS.flatMap(({ functions }) => functions))
  t.deepEqual(
    INAPPLICABLE.filter(({ function: name }) => !listed.has(name)),
    [],
  )
})
