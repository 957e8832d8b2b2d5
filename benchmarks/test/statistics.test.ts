import test from 'ava'
import { significant } from '../src/report.js'
import { conclude, ratios } from '../src/result.js'
import type { Row } from '../src/row.js'
import { summarize } from '../src/statistics.js'

const row = (better: Row['better'], target: number | null): Row => ({
  name: 'threads/fib',
  unit: 'ms',
  peer: 'something else',
  better,
  target,
  open: () => Promise.reject(new Error('this row is not measured')),
})
const samples = [
  { value: 1, peerValue: 10 },
  { value: 3, peerValue: 10 },
  { value: 2, peerValue: 5 },
]

test('a summary has the median and the quartiles, between values where need be', (t) => {
  t.deepEqual(summarize([4, 1, 3, 2]), { median: 2.5, lowerQuartile: 1.75, upperQuartile: 3.25 })
  t.deepEqual(summarize([7]), { median: 7, lowerQuartile: 7, upperQuartile: 7 })
  t.throws(() => summarize([]), { instanceOf: RangeError, message: /measure at least once/ })
})

test('the ratio is that of the medians, its spread that of the pairs', (t) => {
  const result = conclude(row('lower', 0.2), samples)
  t.is(result.ratio, 2 / 10)
  t.deepEqual(ratios(result), summarize([0.1, 0.3, 0.4]))
})

test('a target is reached from below or from above, as the row counts', (t) => {
  t.true(conclude(row('lower', 0.2), samples).met)
  t.false(conclude(row('lower', 0.19), samples).met)
  t.true(conclude(row('higher', 0.2), samples).met)
  t.false(conclude(row('higher', 0.21), samples).met)
  t.is(conclude(row('lower', null), samples).met, null)
})

test('numbers are printed with three significant digits and no exponent', (t) => {
  t.deepEqual([1234.5, 12.345, 0.00012345, 0, 100].map(significant), ['1235', '12.3', '0.000123', '0', '100'])
})
