import test from 'ava'
import fc from 'fast-check'
import { RangeTable } from '../../src/heap/range-table.js'

test('a table of ranges finds what a flat array finds', (t) => {
  const step = fc.oneof(
    fc.record({ start: fc.nat(60), length: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ remove: fc.nat(70) }),
  )
  const run = (steps: readonly ({ start: number; length: number } | { remove: number })[]): void => {
    const table = new RangeTable<{ start: number; end: number }>()
    const flat = new Array<object | undefined>(80).fill(undefined)
    const clear = (range: object): void => {
      for (const [at, found] of flat.entries()) if (found === range) flat[at] = undefined
    }
    for (const each of steps) {
      if ('remove' in each) {
        table.remove(each.remove)
        const found = flat[each.remove]
        if (found) clear(found)
      } else {
        const range = { start: each.start, end: each.start + each.length }
        table.put(range)
        for (const found of new Set(flat.slice(range.start, range.end))) if (found) clear(found)
        flat.fill(range, range.start, range.end)
      }
      for (const [at, found] of flat.entries()) if (table.find(at) !== found) throw new Error(`at ${at}`)
      if (table.size !== new Set(flat.filter((found) => found !== undefined)).size) throw new Error('size')
    }
  }
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), run), { numRuns: 200 })
  t.pass()
})
