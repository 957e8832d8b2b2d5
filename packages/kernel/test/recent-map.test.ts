import test from 'ava'
import { RecentMap } from '../src/recent-map.js'

test('a recent map keeps what is in use and what was used last', (t) => {
  const used = new Set(['a'])
  const map = new RecentMap<string, number>(2, (key) => used.has(key))
  for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index)
  t.is(map.get('b'), 1)
  map.set('d', 3)
  t.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => map.get(key)),
    [0, 1, undefined, 3],
  )
  used.clear()
  map.set('e', 4)
  t.deepEqual(
    ['a', 'b', 'd', 'e'].map((key) => map.get(key)),
    [undefined, undefined, 3, 4],
  )
})
