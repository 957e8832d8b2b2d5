import test from 'ava'
import fc from 'fast-check'
import { ThreadMap } from '../../src/threads/thread-map.js'

interface Item {
  readonly tid: number
  readonly made: number
}

/** Numbers of three kernels, few enough to meet again, and to collide. */
const tids = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 40 })).map(([k, n]) => k * 2 ** 20 + n)
const steps = fc.array(fc.tuple(fc.constantFrom('set', 'delete'), tids), { maxLength: 300 })

test('a thread map holds what a Map would hold, whatever is entered and deleted', (t) => {
  fc.assert(
    fc.property(steps, (history) => {
      const expected = new Map<number, Item>()
      const actual = new ThreadMap<Item>()
      for (const [made, [step, tid]] of history.entries()) {
        if (step === 'set') {
          expected.set(tid, { tid, made })
          actual.set(expected.get(tid) ?? { tid, made })
        } else if (actual.delete(tid) !== expected.delete(tid)) return false
        if (actual.size !== expected.size || actual.get(tid) !== expected.get(tid)) return false
      }
      const items = [...actual.values()]
      return items.length === expected.size && items.every((item) => expected.get(item.tid) === item)
    }),
    { numRuns: 300 },
  )
  t.pass()
})

test('a thread map of many threads finds each, and none that was not entered', (t) => {
  const map = new ThreadMap<Item>()
  for (let tid = 1; tid <= 20_000; tid++) map.set({ tid, made: tid })
  for (let tid = 2; tid <= 20_000; tid += 2) map.delete(tid)
  let found = 0
  for (let tid = 0; tid <= 20_001; tid++) if (map.get(tid)?.made === tid) found++
  t.is(found, 10_000)
  t.is(map.size, 10_000)
})

test('threads in the order of their numbers leave as fast as they come, however many there are', (t) => {
  const map = new ThreadMap<{ readonly tid: number }>()
  const items = Array.from({ length: 100_000 }, (_, i) => ({ tid: 1 + i }))
  const startMs = performance.now()
  for (const item of items) map.set(item)
  const midMs = performance.now()
  for (const { tid } of items) map.delete(tid)
  const ratio = (performance.now() - midMs) / (midMs - startMs)
  t.is(map.size, 0)
  t.true(ratio < 50, `${ratio.toFixed(1)} times as long`)
})
