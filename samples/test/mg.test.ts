import test from 'ava'
import { interpolate, residual, restrict, sumOfSquares, wrap } from '../npb/mg-kernel.js'
import { findCandidates, NOTE_LENGTH, placeCharges } from '../npb/mg-charges.js'
import { MgLayout } from '../npb/mg-layout.js'
import { concludeMg, mgReport, mgSize } from '../npb/mg-result.js'
import { sourceOf, vCycle } from '../npb/mg-steps.js'
import { plainMg } from '../npb/plain/mg.js'
import { sabMg } from '../npb/sab/mg.js'

for (const name of ['S', 'W']) {
  test(`the plain run of class ${name} gives the published norm`, (t) => {
    const size = mgSize(name)
    const { norm, verified } = plainMg(size)
    t.true(Math.abs(norm / size.norm - 1) <= 1e-8)
    t.true(verified)
  })
}

test('two worker threads on shared memory give the published norm of class S', async (t) => {
  t.true((await sabMg(mgSize('S'))).verified)
})

const plane = (n: number, value: number): Float64Array => new Float64Array((n + 2) ** 2).fill(value)

test('of a constant, the residual is the right side: the stencil adds up to nothing', (t) => {
  const [r, v, u] = [plane(4, 0), plane(4, 5), plane(4, 3)]
  residual(r, v, u, u, u, 4)
  t.true(r.every((value) => Math.abs(value - 5) < 1e-14))
})

test('going down and up again, a constant is kept but for the factor of four that restriction has', (t) => {
  const [fine, coarse, back] = [plane(8, 1), plane(4, 0), plane(8, 0)]
  restrict(coarse, fine, fine, fine, 4)
  t.true(coarse.every((value) => value === 4))
  interpolate(back, coarse, coarse, 8)
  t.true(back.every((value) => value === 4))
})

test('a border is the opposite one', (t) => {
  const square = Float64Array.from({ length: 16 }, (_, at) => at)
  wrap(square, 2)
  t.deepEqual([...square], [10, 9, 10, 9, 6, 5, 6, 5, 10, 9, 10, 9, 6, 5, 6, 5])
  t.is(sumOfSquares(square, 2), 25 + 36 + 81 + 100)
})

test('charges are placed the same, whoever looks for them', (t) => {
  const n = 8
  const placed = (parts: readonly number[]): number[] => {
    const notes = parts.map((count, part) => {
      const note = new Float64Array(NOTE_LENGTH)
      findCandidates(
        note,
        parts.slice(0, part).reduce((a, b) => a + b, 0),
        count,
        n,
      )
      return note
    })
    return parts.flatMap((count, part) => {
      const planes = Array.from({ length: count }, () => plane(n, 7))
      placeCharges(
        planes,
        parts.slice(0, part).reduce((a, b) => a + b, 0),
        notes,
        n,
      )
      return planes.flatMap((each) => [...each])
    })
  }
  const whole = placed([8])
  t.deepEqual(placed([3, 0, 5]), whole)
  const inside = whole.filter((_, at) => [at % 10, Math.floor(at / 10) % 10].every((place) => place % 9 !== 0))
  t.is(inside.filter((value) => value === 1).length, 10)
  t.is(inside.filter((value) => value === -1).length, 10)
  t.is(inside.filter((value) => value === 0).length, 8 ** 3 - 20)
})

test('planes beyond a grid are those of the opposite border', (t) => {
  const layout = new MgLayout(mgSize('S'), 2)
  const stride = MgLayout.stride(2)
  const [{ at: start }] = layout.slabs('u', 2, { first: 0, end: 4 })
  t.deepEqual(layout.slabs('u', 2, { first: -1, end: 3 }), [
    { at: start + 3 * stride, planes: 1 },
    { at: start, planes: 3 },
  ])
  t.deepEqual(layout.slabs('u', 2, { first: 1, end: 5 }), [
    { at: start + stride, planes: 3 },
    { at: start, planes: 1 },
  ])
})

test('no step reads a grid that it writes', (t) => {
  for (const step of vCycle(5)) {
    const { grid, level } = sourceOf(step, { first: 0, end: 1 })
    const isSolution = step.operation !== 'restrict' && step.operation !== 'residual'
    t.false(level === step.level && grid === (isSolution ? 'u' : 'r'), step.operation)
  }
})

test('a norm that is off by more than 1e-8, relatively, does not verify', (t) => {
  const size = mgSize('S')
  const part = (norm: number): { seconds: number; squares: number } => ({ seconds: 1, squares: norm ** 2 * 2 ** 15 })
  t.true(concludeMg(size, [part(size.norm)]).verified)
  t.false(concludeMg(size, [part(size.norm * (1 + 2e-8))]).verified)
  t.false(concludeMg(size, [part(NaN)]).verified)
  t.regex(mgReport(size, concludeMg(size, [part(size.norm)]), 1), /^ Size +=  +32x32x32$/m)
})
