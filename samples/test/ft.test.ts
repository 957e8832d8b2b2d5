import test from 'ava'
import { FourierTransform } from '../npb/fft.js'
import { FtLayout } from '../npb/ft-layout.js'
import { concludeFt, ftReport, ftSize } from '../npb/ft-result.js'
import { plainFt } from '../npb/plain/ft.js'
import { sabFt } from '../npb/sab/ft.js'

for (const name of ['S', 'W']) {
  test(`the plain run of class ${name} gives the published checksums`, (t) => {
    const size = ftSize(name)
    const { checksums, verified } = plainFt(size)
    for (const [at, [real, imaginary]] of checksums.entries()) {
      t.true(Math.abs(real / size.checksums[at][0] - 1) <= 1e-12)
      t.true(Math.abs(imaginary / size.checksums[at][1] - 1) <= 1e-12)
    }
    t.true(verified)
  })
}

test('two worker threads on shared memory give the published checksums of class S', async (t) => {
  t.true((await sabFt(ftSize('S'))).verified)
})

/** The transform of one column by its definition. */
function byDefinition(column: Float64Array, direction: number): Float64Array {
  const n = column.length / 2
  return Float64Array.from({ length: 2 * n }, (_, at) => {
    let sum = 0
    for (let j = 0; j < n; j++) {
      const angle = (direction * 2 * Math.PI * j * Math.floor(at / 2)) / n
      const [cosine, sine, real, imaginary] = [Math.cos(angle), Math.sin(angle), column[2 * j], column[2 * j + 1]]
      sum += at % 2 === 0 ? real * cosine - imaginary * sine : real * sine + imaginary * cosine
    }
    return sum
  })
}

for (const n of [2, 8, 16]) {
  test(`a transform of ${n} numbers gives what its definition says, for each column`, (t) => {
    const columns = 3
    const offset = 4
    const data = Float64Array.from({ length: offset + 2 * n * columns }, (_, at) => Math.sin(at * at + 1))
    const column = (array: Float64Array, number: number): Float64Array =>
      Float64Array.from(
        { length: 2 * n },
        (_, at) => array[offset + 2 * (Math.floor(at / 2) * columns + number) + (at % 2)],
      )
    for (const direction of [1, -1] as const) {
      const transform = new FourierTransform(n, direction)
      const [from, scratch] = [data.slice(), new Float64Array(data.length)]
      transform.transform(from, scratch, offset, columns)
      const result = transform.endsInScratch ? scratch : from
      for (let number = 0; number < columns; number++) {
        const expected = byDefinition(column(data, number), direction)
        column(result, number).forEach((value, at) => {
          t.true(Math.abs(value - expected[at]) < 1e-13, `column ${number}, ${at}`)
        })
      }
    }
  })
}

test('blocks and slices of all parts lie side by side', (t) => {
  const parts = 3
  const layout = new FtLayout(ftSize('S'), parts)
  const extents = []
  for (let from = 0; from < parts; from++) {
    extents.push(layout.spectrum(from))
    for (let to = 0; to < parts; to++) extents.push(layout.block('inward', from, to), layout.block('outward', from, to))
  }
  extents.sort((a, b) => a.at - b.at)
  const ends = extents.map(({ at, length }) => at + 8 * length)
  for (let next = 1; next < extents.length; next++) t.true(ends[next - 1] <= extents[next].at)
  t.true(Math.max(...ends) <= layout.bytes)
})

test('a checksum that is off by more than 1e-12, relatively, does not verify', (t) => {
  const size = ftSize('S')
  const part = (factor: number): { seconds: number; checksums: number[] } => ({
    seconds: 1,
    checksums: size.checksums.flat().map((value) => value * factor * 64 ** 3),
  })
  t.true(concludeFt(size, [part(1)]).verified)
  t.false(concludeFt(size, [part(1 + 2e-12)]).verified)
  t.false(concludeFt(size, [part(NaN)]).verified)
  t.regex(ftReport(size, concludeFt(size, [part(1)]), 1), /^ Size +=  +64x64x64$/m)
})
