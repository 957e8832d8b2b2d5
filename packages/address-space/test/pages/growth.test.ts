import test from 'ava'
import { Acquisition } from '../../src/pages/acquisition.js'
import { Copy } from '../../src/pages/protocol.js'
import { PageService } from '../../src/pages/service.js'
import { ModelNet } from './model-net.js'

const OBJECT = 2 ** 24 + 1

/** So many kernels, and what each of them does with the pages of one chunk. */
class Crowd {
  readonly net: ModelNet
  readonly #services: ReadonlyMap<number, PageService>

  constructor(kernels: number) {
    this.net = new ModelNet(Array.from({ length: kernels }, (_, at) => at + 1))
    this.#services = new Map(this.net.ids.map((id) => [id, new PageService(this.net.port(id))]))
  }

  /** Kernel `id` gets the first `count` pages. Returns how many messages that took, and how many steps, one after another. */
  get(id: number, copy: number, count = 1): { messages: number; steps: number } {
    const before = this.net.sent
    const { replica } = this.#services.get(id)!
    let isHere = false
    const need = { pages: replica.object(OBJECT, 64), page: 0, count, copy }
    const acquisition = new Acquisition([need], {
      acquired: () => {
        isHere = true
      },
      lost: () => undefined,
    })
    replica.acquire(acquisition)
    const steps = this.net.settle()
    if (!isHere) throw new Error(`kernel ${id} has not got the page`)
    replica.release(acquisition)
    return { messages: this.net.sent - before, steps }
  }
}

test('a read fault takes as many messages among 1,024 kernels as among four', (t) => {
  const counts = [4, 64, 1024].map((kernels) => {
    const crowd = new Crowd(kernels)
    crowd.get(2, Copy.writable)
    for (let id = 3; id < kernels; id++) crowd.get(id, Copy.readable)
    return crowd.get(kernels, Copy.readable)
  })
  t.log(counts.map(({ messages, steps }) => `${messages} messages, ${steps} steps`).join('; '))
  for (const count of counts) t.deepEqual(count, counts[0])
  t.true((counts[0]?.messages ?? Infinity) <= 6)
})

test('a chunk changes hands in pieces of 32 pages, each of which a ring takes as one record', (t) => {
  const crowd = new Crowd(3)
  crowd.get(2, Copy.writable, 64)
  const { messages } = crowd.get(3, Copy.readable, 64)
  t.is(messages, 2 + 1 + 2 * 2) // locate and its reply, want; of each piece grant and settled
})

test('a write to a page with n readers takes messages in proportion to n, and steps in proportion to its logarithm', (t) => {
  const lines = [16, 64, 256, 1024].map((kernels) => {
    const crowd = new Crowd(kernels)
    crowd.get(2, Copy.writable)
    for (let id = 3; id <= kernels; id++) crowd.get(id, Copy.readable)
    const { messages, steps } = crowd.get(kernels, Copy.writable)
    t.true(messages <= 2 * kernels + 4, `${messages} messages for ${kernels} kernels`)
    t.true(steps <= 4 * Math.ceil(Math.log2(kernels)) + 4, `${steps} steps for ${kernels} kernels`)
    return `${kernels} kernels: ${messages} messages, ${steps} steps`
  })
  t.log(lines.join('; '))
})
