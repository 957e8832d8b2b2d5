import test from 'ava'
import { addTally, emptyTally, PAIRS_PER_BATCH, tallyBatch } from '../npb/ep-kernel.js'
import { batchesOf, conclude, epReport, problemSize } from '../npb/ep-result.js'
import { plainEp } from '../npb/plain/ep.js'
import { sabEp } from '../npb/sab/ep.js'

const PUBLISHED_COUNTS_S = [6140517, 5865300, 1100361, 68546, 1648, 17, 0, 0, 0, 0]

test('the plain run of class S gives the published sums and counts', (t) => {
  const result = plainEp(problemSize('S'))
  t.deepEqual(result.counts, PUBLISHED_COUNTS_S)
  t.true(Math.abs(result.sx / -3.24783465203474e3 - 1) <= 1e-8)
  t.true(Math.abs(result.sy / -6.958407078382297e3 - 1) <= 1e-8)
  t.true(result.verified)
})

test('two worker threads on shared memory give the published counts of class S', async (t) => {
  const result = await sabEp(problemSize('S'))
  t.deepEqual(result.counts, PUBLISHED_COUNTS_S)
  t.true(result.verified)
})

test('a batch depends on its number only, so batches may be done in any order', (t) => {
  const forward = [3, 4, 5].map(tallyBatch)
  const backward = [5, 4, 3].map(tallyBatch).reverse()
  t.deepEqual(forward, backward)
})

test('about π/4 of the pairs of a batch lie in the unit circle', (t) => {
  const accepted = tallyBatch(0).counts.reduce((sum, count) => sum + count)
  t.true(Math.abs(accepted / PAIRS_PER_BATCH - Math.PI / 4) < 0.01)
})

test('sums that are off by more than 1e-8, relatively, do not verify', (t) => {
  const size = problemSize('S')
  const total = { ...emptyTally(), sx: size.sx, sy: size.sy }
  t.true(conclude(size, total, 1).verified)
  t.true(conclude(size, { ...total, sx: size.sx * (1 + 9e-9) }, 1).verified)
  t.false(conclude(size, { ...total, sx: size.sx * (1 + 2e-8) }, 1).verified)
  t.false(conclude(size, { ...total, sy: size.sy * (1 - 2e-8) }, 1).verified)
  t.false(conclude(size, { ...total, sx: NaN }, 1).verified)
})

test('tallies add up member by member', (t) => {
  const total = emptyTally()
  addTally(total, { sx: 1, sy: 2, counts: Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 3) })
  addTally(total, { sx: 0.5, sy: -2, counts: Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 1) })
  t.deepEqual(total, { sx: 1.5, sy: 0, counts: Float64Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0, 4) })
})

test('an unknown class is refused by name, with the known ones', (t) => {
  t.throws(() => problemSize('X'), { instanceOf: RangeError, message: /'X'.*S, W/ })
})

test('the report states size, rate and verification', (t) => {
  const size = problemSize('W')
  const report = epReport(size, conclude(size, { ...emptyTally(), sx: size.sx, sy: size.sy }, 2), 4)
  t.is(batchesOf(size) * PAIRS_PER_BATCH, 2 ** 25)
  t.regex(report, /^ Class +=  +W$/m)
  t.regex(report, /^ Size +=  +67108864$/m)
  t.regex(report, /^ Total threads +=  +4$/m)
  t.regex(report, /^ Mop\/s total +=  +33\.55$/m)
  t.regex(report, /^ Mop\/s\/thread +=  +8\.39$/m)
  t.regex(report, /^ Verification +=  +SUCCESSFUL$/m)
})

test('a run in virtual time that stood still has no rate', (t) => {
  const size = problemSize('S')
  t.regex(epReport(size, conclude(size, emptyTally(), 0), 1), /^ Mop\/s total +=  +not timed$/m)
})
