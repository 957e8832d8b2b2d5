import { PAGE_SIZE } from '@atoll/address-space'
import test from 'ava'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SimBackend, WorkersBackend, type Backend, type Simulation, type System } from '../src/index.js'
import { boot, run, start } from './booting.js'

/** A file of two pages of zeroes, and a system of two kernels. */
async function withFile(backend: Backend, use: (system: System, path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-mapped-files-'))
  const path = join(folder, 'file')
  writeFileSync(path, new Uint8Array(2 * PAGE_SIZE))
  try {
    await using system = await boot(backend)
    await use(system, path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const words = (path: string): number[] => [...new Int32Array(new Uint8Array(readFileSync(path)).buffer, PAGE_SIZE, 3)]

for (const [name, backend] of [
  ['sim', () => new SimBackend({ kernels: 2, seed: 1 })],
  ['workers', () => new WorkersBackend({ kernels: 2 })],
] as const) {
  test(`when a process has ended, its files have what was written on any kernel: ${name}`, (t) =>
    withFile(backend(), async (system, path) => {
      const { stderr } = await run(system, 'map-file', { argv: [path, 'end', '7', '8', '9'], cpus: [0] })
      t.is(stderr, '')
      t.deepEqual(words(path), [7, 8, 9])
    }))
}

test('what a process that is killed has written to a mapped file is kept', (t) =>
  withFile(new SimBackend({ kernels: 2, seed: 1 }), async (system, path) => {
    const child = await start(system, 'map-file', { argv: [path, 'stay', '1', '2', '3'], cpus: [0] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill()
    t.is((await child.wait()).signal, 'SIGKILL')
    t.deepEqual(words(path), [1, 2, 3])
  }))

test('processes of different kernels of a machine that map one file share its pages', (t) =>
  withFile(new WorkersBackend({ kernels: 2 }), async (system, path) => {
    const children = await Promise.all(
      [0, 1].map((cpu) => start(system, 'map-file', { argv: [path, 'meet'], cpus: [cpu] })),
    )
    t.deepEqual(await Promise.all(children.map(({ stdout }) => text(stdout))), ['met\n', 'met\n'])
  }))

/** Schedules of a death; a soak gives thousands. */
const SEEDS = Number(process.env['ATOLL_SIM_SEEDS'] ?? 6)
const program = (name: string): URL => new URL(`../../test/programs/${name}.js`, import.meta.url)

/** What kernels have logged since it was asked the last time. The module is the one that they load: they are of this isolate. */
async function logged(): Promise<string> {
  const { lines } = (await import(program('kept-log').href)) as { lines: string[] }
  return lines.splice(0).join('')
}

/** Three kernels of one machine, over seeds: its files are at home on kernel 1. */
async function overSeeds(use: (backend: SimBackend, world: World) => Promise<void>): Promise<void> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    let simulation: Simulation | undefined
    const backend = new SimBackend({
      kernels: 3,
      kernelsPerMachine: 3,
      seed,
      kernelModules: [{ module: program('kept-log') }],
      onStep: (stepped) => (simulation = stepped),
    })
    await withFile(backend, (system, path) => use(backend, { system, path, quiet: async () => simulation?.quiet() }))
  }
}

interface World {
  readonly system: System
  readonly path: string
  /** Resolves when the kernels have nothing left to do. */
  quiet(): Promise<void>
}

test.serial('when the origin of a process dies, its files have what was written on kernels that live', async (t) => {
  t.timeout(3_600_000) // the number of seeds is the soak's choice
  await overSeeds(async (backend, { system, path, quiet }) => {
    const child = await start(system, 'map-file', { argv: [path, 'stay', '4', '5', '6'], cpus: [1] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    backend.lose(2)
    t.is((await child.wait()).signal, 'SIGKILL')
    await quiet()
    t.deepEqual(words(path), [4, 5, 6])
    t.is(await logged(), '')
  })
})

test.serial('what only a kernel that died had of a file is not written, and the log says so', async (t) => {
  t.timeout(3_600_000)
  await overSeeds(async (backend, { system, path, quiet }) => {
    const child = await start(system, 'map-file', { argv: [path, 'stay', '4', '5', '6'], cpus: [1] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    backend.lose(3)
    await child.wait()
    await quiet()
    t.deepEqual(words(path), [0, 0, 0])
    t.regex(await logged(), /a page of a mapped file is lost with the only kernel that had it/)
  })
})

test.serial('when the home of a file dies, what was read stays mapped, and all else fails', async (t) => {
  t.timeout(3_600_000)
  await overSeeds(async (backend, { system, path }) => {
    const child = await start(system, 'file-home-lost', { argv: [path], cpus: [1] })
    const output = text(child.stdout)
    await new Promise((resolve) => child.stdout.once('data', resolve))
    backend.lose(1)
    await child.wait()
    t.deepEqual((await output).trimEnd().split('\n'), [
      'mapped',
      'what was read: 1',
      'what was not: SIGBUS',
      'msync: EIO',
      'ftruncate: EIO',
      'mmap: EIO',
      'munmap: done',
      'opened again: 0 0',
    ])
    t.is(readFileSync(path)[0], 2)
    t.regex(await logged(), /what was changed of a mapped file is lost with the kernel that was its home/)
  })
})

test('msync says so when a file cannot be written, by the files that a kernel module has registered', (t) => {
  const kernelModules = [{ module: new URL('../../test/programs/broken-disk.js', import.meta.url) }]
  return withFile(new SimBackend({ kernels: 2, seed: 1, kernelModules }), async (system, path) => {
    t.is((await run(system, 'sync-file', { argv: [path] })).stdout, 'ENOSPC\n')
  })
})

test.serial('what cannot be written to a file when a process ends is in the log', (t) => {
  const kernelModules = [{ module: program('broken-disk') }, { module: program('kept-log') }]
  return withFile(new SimBackend({ kernels: 2, seed: 1, kernelModules }), async (system, path) => {
    await run(system, 'map-file', { argv: [path, 'end', '7', '8', '9'], cpus: [0] })
    t.deepEqual(words(path), [0, 0, 0])
    t.regex(await logged(), /a mapped file could not be written.*no space left/)
  })
})
