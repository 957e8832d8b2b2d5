import test from 'ava'
import { addressSpaceService, heapOf, type KernelHeap } from '@atoll/address-space'
import { SimBackend, type Simulation } from '../src/index.js'
import { boot, run } from './booting.js'

/** Schedules per scenario; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 4)

/** Notes the heaps of all kernels while their process lives. */
class Watch {
  readonly heaps = new Map<number, KernelHeap>()
  simulation: Simulation | null = null
  mostExtents = 0

  readonly step = (simulation: Simulation): void => {
    this.simulation = simulation
    for (const kernel of simulation.kernels.values()) {
      for (const process of kernel.processes.all()) this.heaps.set(kernel.id, heapOf(process))
      this.mostExtents = Math.max(this.mostExtents, addressSpaceService(kernel).heapHome.size)
    }
  }
}

for (const forcedMotion of [undefined, 'capture', 'hop'] as const) {
  const manner = forcedMotion ? ` under forced ${forcedMotion}` : ''
  test(`blocks that threads of several kernels allocate and others free are their own, and all are freed in the end${manner}, over many seeds`, async (t) => {
    t.timeout(3_600_000) // the number of seeds is the soak's choice
    for (let seed = 1; seed <= (forcedMotion ? Math.ceil(SEEDS / 4) : SEEDS); seed++) {
      const watch = new Watch()
      const kernels = 2 + (seed % 3)
      const backend = new SimBackend({ kernels, seed, onStep: watch.step, ...(forcedMotion && { forcedMotion }) })
      await using system = await boot(backend)
      const { stdout, stderr } = await run(system, 'heap-exchange')
      t.is(stdout, 'all freed\n', `seed ${seed}: ${stderr}`)
      t.true(watch.heaps.size > 1 && watch.mostExtents > kernels, `seed ${seed}: blocks were on several kernels`)
      for (const [kernel, { local }] of watch.heaps) {
        t.is(local.blocks, 0, `seed ${seed}: blocks of kernel ${kernel}`)
        t.true(local.arenas <= 1, `seed ${seed}: arenas of kernel ${kernel}`)
      }
      for (const kernel of watch.simulation?.kernels.values() ?? []) t.is(addressSpaceService(kernel).heapHome.size, 0)
    }
  })
}

test('allocating and freeing on one kernel takes no message but for another arena', async (t) => {
  let asked: [type: string, sent: number][] = []
  const onStep = ({ kernels }: Simulation): void => {
    const types = kernels.get(2)?.messenger.traffic().types ?? []
    asked = [...types]
      .filter(([type, sent]) => type.startsWith('heaps.') && sent.messagesSent > 0)
      .map(([type, sent]) => [type, sent.messagesSent])
  }
  await using system = await boot(new SimBackend({ kernels: 2, onStep }))
  t.is((await run(system, 'heap-local', { cpus: [0] })).stdout, 'all freed\n')
  t.deepEqual(asked, [['heaps.grow', 1]])
})

test("blocks of a kernel that has died can be freed, but nobody knows their sizes; large ones are the origin's", async (t) => {
  const backend = new SimBackend({ kernels: 2, onStep: loseLate })
  await using system = await boot(backend)
  const { stdout, stderr, status } = await run(system, 'heap-orphans', { cpus: [0] })
  const died =
    'EIO: kernel 2, which kept the size of the block at it, has died or left: allocate another and copy what you need'
  const lines = [
    `the size of a block PosixError: malloc_usable_size: ${died}`,
    `another size for a block PosixError: realloc: ${died}`,
    'free a block done',
    'the size of a large block 102400',
    'another size for a large block done',
    'free a block of this kernel done',
    'free it twice PosixError: free: EINVAL: no allocated block begins at it: malloc has not returned it, or it has been freed already',
  ]
  t.deepEqual(stdout.split('\n'), [...lines, ''], stderr)
  t.is(status, 0)

  function loseLate({ clock, kernels }: Simulation): void {
    if (clock.nowUs > 5_000_000 && kernels.has(2)) backend.lose(2)
  }
})
