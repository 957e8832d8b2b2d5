import { addressSpaceService } from '@atoll/address-space'
import { compileProgram } from '@atoll/compiler'
import type { ProgramImage } from '@atoll/kernel'
import test, { type ExecutionContext } from 'ava'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { SimBackend, type Child, type Simulation, type System } from '../src/index.js'
import { boot } from './booting.js'

/** Schedules per scenario; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 6)

let image: Promise<ProgramImage> | undefined
const objects = (): Promise<ProgramImage> =>
  (image ??= compileProgram(new URL('../../../posix/test/programs/memory/objects.ts', import.meta.url)))

/** A simulated system, seen from inside. */
interface World {
  readonly backend: SimBackend
  readonly system: System
  /** Starts a process on this kernel that does these things. */
  start(kernel: number, ...steps: string[]): Promise<Child>
  /** Does these things on this kernel, and says how they went. */
  run(kernel: number, ...steps: string[]): Promise<string>
  /** What the kernels keep: shared objects, numbered objects, address spaces at home and elsewhere. */
  kept(): Promise<number>
  /** Sizes, in pages, of the objects that a process of this kernel maps. */
  sizes(kernel: number): number[]
}

async function withWorld(
  seed: number,
  use: (world: World) => Promise<void>,
  onStep?: (steps: number, backend: SimBackend) => void,
): Promise<void> {
  let simulation: Simulation | undefined
  const backend: SimBackend = new SimBackend({
    kernels: 3,
    seed,
    onStep: (stepped) => {
      simulation = stepped
      onStep?.(stepped.steps, backend)
    },
  })
  const system = await boot(backend)
  const start = async (kernel: number, ...steps: string[]): Promise<Child> =>
    system.spawn(await objects(), { argv: steps, cpus: [kernel - 1] })
  const services = () =>
    [...(simulation?.kernels.values() ?? [])].map((kernel) => ({ kernel, ...addressSpaceService(kernel) }))
  try {
    await use({
      backend,
      system,
      start,
      run: async (kernel, ...steps) => {
        const child = await start(kernel, ...steps)
        const [stdout] = await Promise.all([text(child.stdout), child.wait()])
        return stdout.replaceAll('\n', '; ')
      },
      kept: async () => {
        await simulation?.quiet()
        return services().reduce(
          (sum, { sharedObjects, objectNumbers, home, spaces }) =>
            sum + sharedObjects.size + objectNumbers.size + home.size + spaces.size,
          0,
        )
      },
      sizes: (kernel) =>
        services()
          .filter(({ kernel: { id } }) => id === kernel)
          .flatMap(({ kernel: { processes }, home }) =>
            [...processes.all()].flatMap(({ pid }) => home.spaceOf(pid)?.map.all.map(({ pages }) => pages) ?? []),
          ),
    })
  } finally {
    await system.shutdown()
  }
}

/** Resolves when the process has printed so many lines, with how to get the others. */
async function printed(child: Child, lines: number): Promise<{ rest(): Promise<string> }> {
  const printedLines: string[] = []
  const reader = createInterface({ input: child.stdout })
  const ended = new Promise<void>((resolve) => reader.once('close', resolve))
  await new Promise<void>((resolve) => {
    reader.on('line', (line) => {
      if (printedLines.push(line) === lines) resolve()
    })
  })
  return {
    rest: async () => {
      await ended
      return printedLines.slice(lines).join('; ')
    },
  }
}

async function overSeeds(t: ExecutionContext, scenario: (seed: number) => Promise<void>): Promise<void> {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  for (let seed = 1; seed <= SEEDS; seed++) await scenario(seed)
}

test('an object outlives the process that made it, until its name is unlinked, and leaves nothing then', (t) =>
  overSeeds(t, (seed) =>
    withWorld(seed, async ({ run, kept }) => {
      t.is(await run(2, 'make /kept', 'size 2', 'map 2'), 'make /kept: done; size 2: done; map 2: done; ')
      t.is(await run(3, 'open /kept', 'map 2', 'unlink /kept'), 'open /kept: done; map 2: done; unlink /kept: done; ')
      t.is(await run(1, 'open /kept'), 'open /kept: ENOENT; ')
      t.is(await kept(), 0)
    }),
  ))

test('an object whose name is gone stays for who maps it, however its process ends', (t) =>
  overSeeds(t, (seed) =>
    withWorld(seed, async ({ start, run, kept, sizes }) => {
      const child = await start(2, 'make /held', 'size 3', 'map 3', 'close', 'unlink /held', 'stay Infinity')
      await printed(child, 5)
      t.deepEqual(sizes(2), [3])
      t.is(await run(3, 'open /held'), 'open /held: ENOENT; ')
      child.kill()
      await child.wait()
      t.is(await kept(), 0)
    }),
  ))

test('a change of size has reached every process that maps the object when it returns', (t) =>
  overSeeds(t, (seed) =>
    withWorld(seed, async ({ start, run, sizes }) => {
      const child = await start(2, 'make /sized', 'size 4', 'map 8', 'stay Infinity')
      await printed(child, 3)
      for (const pages of [1, 6, 0]) {
        await run(3, 'open /sized', `size ${pages}`)
        t.deepEqual(sizes(2), [pages])
      }
      child.kill()
      await child.wait()
      await run(3, 'unlink /sized')
    }),
  ))

test('a kernel that dies holds up no change of size of what its processes mapped', (t) =>
  overSeeds(t, async (seed) => {
    let first = Infinity
    let now = 0
    const lose = (steps: number, backend: SimBackend): void => {
      now = steps
      if (steps === first + seed * 5) backend.lose(3)
    }
    await withWorld(
      seed,
      async ({ start, run, kept }) => {
        const child = await start(3, 'make /flap', 'size 4', 'map 8', 'stay Infinity')
        await printed(child, 3)
        first = now
        t.is(
          await run(2, 'open /flap', 'map 8', 'flap 30', 'unlink /flap'),
          'open /flap: done; map 8: done; flap 30: done; unlink /flap: done; ',
        )
        await child.wait()
        t.is(await kept(), 0)
      },
      lose,
    )
  }))

test('names are free again when the kernel that kept them dies, and what is lost says so', (t) =>
  overSeeds(t, (seed) =>
    withWorld(seed, async ({ backend, start, run, kept }) => {
      const child = await start(
        2,
        'make /lost',
        'size 1',
        'map 1',
        'stay 300',
        'size 2',
        'map 2',
        'unmap 1',
        'close',
        'make /lost',
        'size 2',
        'unlink /lost',
      )
      const { rest } = await printed(child, 3)
      backend.lose(1)
      await child.wait()
      t.is(
        await rest(),
        'stay 300: done; size 2: EIO; map 2: EIO; unmap 1: done; close: done; make /lost: done; size 2: done; unlink /lost: done',
      )
      t.is(await run(3, 'open /lost'), 'open /lost: ENOENT; ')
      t.is(await kept(), 0)
    }),
  ))
