import test from 'ava'
import { decodeValues, encodeValues, Externals, ImageInstance } from '@atoll/kernel'
import * as addressSpace from '../../src/index.js'
import { array, f64, i32, ptr, Struct, struct, u8 } from '../../src/index.js'
import { FlatMemory } from './flat-memory.js'

/** Encodes on one kernel, decodes on another: they have the modules in common, and no object of the program. */
function travel<T>(value: T): T {
  const kernel = (): { instance: ImageInstance; externals: Externals } => {
    const externals = new Externals()
    externals.register('@atoll/posix', addressSpace)
    const instance = new ImageInstance({ hash: 'test', name: 'test.ts', code: '', sourceMap: '' })
    return { instance, externals }
  }
  return decodeValues(encodeValues([value], kernel()), kernel())[0] as T
}

const fields = { n: i32, inner: array(f64, 2), to: array(ptr, 2) }

test('a structure that has no name travels as its declaration', (t) => {
  const S = struct({ first: u8, all: array(struct(fields, { packed: true }), 3) })
  const arrived = travel(S)
  t.not(arrived, S)
  t.true(arrived instanceof Struct)
  t.deepEqual([arrived.size, arrived.offsetOf('all'), arrived.fields.all.element.isPacked], [109, 1, true])
  t.deepEqual(arrived.at(100), S.at(100))
  t.is(arrived.fields.first, u8)
})

test('views travel as what they are views of, and parts of one stay parts of one', (t) => {
  const S = struct({ first: u8, all: array(struct(fields), 2) })
  const p = new FlatMemory(128).view(S, 0)
  p.all[1].inner[1] = 0.5
  const arrived = travel({ p, inner: p.all[1].inner })
  t.is(arrived.p.all[1].inner[1], 0.5)
  arrived.p.all[1].inner[1]++
  t.deepEqual([...arrived.inner], [0, 1.5], 'both are views of the same bytes')
  t.is(p.all[1].inner[1], 0.5)
  p.all[0].to[1] = 9
  t.is(travel(p.all[0].to)[1], 9)
})

test('a method that a thread holds on to while it evaluates arguments travels by name', (t) => {
  const S = struct({ n: u8 })
  for (const method of [S.load, S.store, S.view, S.offsetOf]) t.is(travel<unknown>(method), method)
})
