import test from 'ava'
import { Acquisition } from '../../src/pages/acquisition.js'
import { Copy } from '../../src/pages/protocol.js'
import { PageService } from '../../src/pages/service.js'
import { ModelNet } from './model-net.js'

const [SOURCE, COPY] = [2 ** 24 + 1, 2 ** 24 + 2]

test('an untouched private page is a copy of its source, also on a kernel that has not seen the source before', (t) => {
  const net = new ModelNet([1, 2, 3])
  const [, writer, reader] = net.ids.map((id) => new PageService(net.port(id)).replica)
  if (!writer || !reader) throw new Error('there are three kernels')
  const source = writer.object(SOURCE, 1)
  const writing = new Acquisition([{ pages: source, page: 0, count: 1, copy: Copy.writable }], {
    acquired: () => source.view.setInt32(0, 7, true),
    lost: () => t.fail('the source is lost'),
  })
  writer.acquire(writing)
  net.settle()
  writer.release(writing)

  const copy = reader.object(COPY, 1, SOURCE)
  const reading = new Acquisition([{ pages: copy, page: 0, count: 1, copy: Copy.readable }], {
    acquired: () => t.is(copy.view.getInt32(0, true), 7),
    lost: () => t.fail('the private page is lost'),
  })
  t.plan(1)
  reader.acquire(reading)
  net.settle()
})
