import { PAGE_SIZE } from '@atoll/address-space'
import test from 'ava'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SimBackend, WorkersBackend, type Backend, type System } from '../src/index.js'
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

test('msync says so when a file cannot be written, by the files that a kernel module has registered', (t) => {
  const kernelModules = [{ module: new URL('../../test/programs/broken-disk.js', import.meta.url) }]
  return withFile(new SimBackend({ kernels: 2, seed: 1, kernelModules }), async (system, path) => {
    t.is((await run(system, 'sync-file', { argv: [path] })).stdout, 'ENOSPC\n')
  })
})
