import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** A workspace with one project of two files, and this repository's scripts and installation. */
function workspace(t) {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-prepare-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'project'))
  for (const path of ['.ci', 'tsconfig.base.json', 'package-lock.json']) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))

  const write = (path, content) => writeFileSync(join(folder, path), content)
  write('package.json', JSON.stringify({ type: 'module' }))
  write('tsconfig.json', JSON.stringify({ files: [], references: [{ path: 'project' }] }))
  const output = { rootDir: '.', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.tsbuildinfo' }
  const compilerOptions = { ...output, lib: ['ES5'], types: [] } // few libraries, for speed
  write('project/tsconfig.json', JSON.stringify({ extends: '../tsconfig.base.json', compilerOptions }))
  write('project/a.ts', 'export const a = 1\n')
  write('project/b.ts', 'export const b = 1\n')

  return {
    write,
    remove: (path) => rmSync(join(folder, path), { recursive: true }),
    has: (path) => existsSync(join(folder, path)),
    prepare() {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/prepare.mjs'], {
        cwd: folder,
        encoding: 'utf8',
      })
      return { status, output: stdout + stderr }
    },
  }
}

test('what is missing is built, and what was built is left alone', (t) => {
  const { prepare, has } = workspace(t)
  const first = prepare()
  t.is(first.status, 0)
  t.regex(first.output, /building/)
  t.true(has('project/dist/a.js'))
  t.deepEqual(prepare(), { status: 0, output: '' })
})

test('an output that was removed is written again', (t) => {
  const { prepare, has, remove } = workspace(t)
  prepare()
  remove('project/dist/a.js')
  t.is(prepare().status, 0)
  t.true(has('project/dist/a.js'))
})

test('the outputs of a source that was deleted are removed', (t) => {
  const { prepare, has, remove } = workspace(t)
  prepare()
  remove('project/b.ts')
  t.is(prepare().status, 0)
  t.false(has('project/dist/b.js'))
  t.true(has('project/dist/a.js'))
})

test('an error of the compiler fails, each time, until it is mended', (t) => {
  const { prepare, write } = workspace(t)
  write('project/a.ts', 'export const a: string = 1\n')
  for (let attempt = 0; attempt < 2; attempt++) {
    const { status, output } = prepare()
    t.is(status, 1)
    t.regex(output, /a\.ts\(1,14\): error TS2322/)
  }
  write('project/a.ts', 'export const a = 2\n')
  t.is(prepare().status, 0)
})
