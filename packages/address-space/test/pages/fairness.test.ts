import test from 'ava'
import { Acquisition } from '../../src/pages/acquisition.js'
import { Copy } from '../../src/pages/protocol.js'
import { PageService } from '../../src/pages/service.js'
import { ModelNet } from './model-net.js'

const OBJECT = 2 ** 24 + 1
const HOME = 2
const KERNELS = [1, HOME, 3, 4, 5]
const STEPS = 2000

/** A repeatable sequence: multiplication modulo a prime (Park and Miller). */
function chance(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => (state = (state * 48_271) % 0x7fff_ffff) % bound
}

/** All kernels write one page over and over. Returns in which order they asked its home, and in which they got it. */
function contend(seed: number): { readonly asked: readonly number[]; readonly got: readonly number[] } {
  const below = chance(seed)
  const net = new ModelNet(KERNELS)
  const services = new Map(KERNELS.map((id) => [id, new PageService(net.port(id))]))
  const [asked, got]: [number[], number[]] = [[], []]
  const waiting = new Set<number>()
  const ask = (id: number): void => {
    const { replica } = services.get(id)!
    const copies = replica.object(OBJECT, 1)
    if (waiting.has(id) || copies.has(0, 1, Copy.writable)) return
    waiting.add(id)
    const acquisition = new Acquisition([{ pages: copies, page: 0, count: 1, copy: Copy.writable }], {
      acquired: () => {
        got.push(id)
        waiting.delete(id)
        replica.release(acquisition)
      },
      lost: () => undefined,
    })
    if (id === HOME) asked.push(id) // it tells itself without a message
    replica.acquire(acquisition)
  }
  ask(HOME)
  net.settle()
  for (let step = 0; step < STEPS; step++) {
    ask(KERNELS[below(KERNELS.length)])
    const arrivals = net.arrivals()
    const next = arrivals[below(arrivals.length)]
    if (!next) continue
    const [, from] = /^(\d+)→.* pages\.want$/.exec(next.name) ?? []
    if (from !== undefined) asked.push(Number(from))
    next.act()
  }
  net.settle()
  return { asked, got }
}

// Fails if `Chunk.queue` puts a request before another: all of them, or those of the home's own kernel alone.
test('nobody overtakes at the home of a page: who has asked first gets it first, whatever the schedule', (t) => {
  for (let seed = 1; seed <= 50; seed++) {
    const { asked, got } = contend(seed)
    t.deepEqual(got.slice(0, asked.length), asked, `seed ${seed}`)
    for (const id of KERNELS) t.true(got.filter((each) => each === id).length > 10, `seed ${seed}: kernel ${id}`)
  }
})
