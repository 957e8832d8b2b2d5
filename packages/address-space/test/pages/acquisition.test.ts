import test from 'ava'
import { inOrder, type Need } from '../../src/pages/acquisition.js'
import { ObjectCopies } from '../../src/pages/object-copies.js'
import { Copy } from '../../src/pages/protocol.js'

const [a, b] = [new ObjectCopies(1, 20), new ObjectCopies(2, 20)]
const need = (pages: ObjectCopies, page: number, count: number, copy: number = Copy.readable): Need => ({
  pages,
  page,
  count,
  copy,
})

test('what is needed is acquired in the order of objects and pages', (t) => {
  t.deepEqual(inOrder([need(b, 3, 1), need(a, 9, 2), need(b, 0, 2), need(a, 1, 4)]), [
    need(a, 1, 4),
    need(a, 9, 2),
    need(b, 0, 2),
    need(b, 3, 1),
  ])
})

test('what overlaps or touches is one need, of the stronger kind where they overlap', (t) => {
  t.deepEqual(inOrder([need(a, 2, 4), need(a, 4, 4), need(a, 8, 1)]), [need(a, 2, 7)])
  t.deepEqual(inOrder([need(a, 0, 10), need(a, 4, 2, Copy.writable), need(a, 5, 1)]), [
    need(a, 0, 4),
    need(a, 4, 2, Copy.writable),
    need(a, 6, 4),
  ])
})

test('needs say the same of each page as before they were put in order', (t) => {
  const copyAt = (needs: readonly Need[], page: number): number =>
    Math.max(0, ...needs.filter((each) => each.page <= page && page < each.page + each.count).map(({ copy }) => copy))
  for (let seed = 1; seed < 500; seed++) {
    const digit = (place: number): number => Math.floor((Math.sin(seed * 7 + place) + 1) * 5000) % 10
    const needs = [0, 1, 2, 3].map((at) =>
      need(a, digit(4 * at), 1 + digit(4 * at + 1), digit(4 * at + 2) < 5 ? Copy.readable : Copy.writable),
    )
    const ordered = inOrder(needs)
    for (let page = 0; page < 20; page++) t.is(copyAt(ordered, page), copyAt(needs, page))
    for (const [at, { page }] of ordered.entries()) {
      if (at > 0) t.true((ordered[at - 1]?.page ?? 0) + (ordered[at - 1]?.count ?? 0) <= page)
    }
  }
})
