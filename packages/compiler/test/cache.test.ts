import test, { type ExecutionContext } from 'ava'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CompilerCache } from '@atoll/compiler'
import { writeProgram } from './programs.js'

const MODULE = { code: 'export const x = "ü"\n', map: { version: 3, mappings: 'AAAA' } }

async function emptyCache(t: ExecutionContext): Promise<CompilerCache> {
  return new CompilerCache(join(await writeProgram(t, { 'package.json': '{}' }), 'a', 'cache'))
}

test('what is put under a key is found under it, by every cache on that folder', async (t) => {
  const cache = await emptyCache(t)
  t.is(await cache.get('abc'), undefined)
  await cache.put('abc', MODULE)
  t.deepEqual(await cache.get('abc'), MODULE)
  t.deepEqual(await new CompilerCache(cache.directory).get('abc'), MODULE)
  t.is(await cache.get('other'), undefined)
  t.is(cache.problem, null)
})

test('a damaged entry counts as missing and is replaced', async (t) => {
  const cache = await emptyCache(t)
  await cache.put('abc', MODULE)
  const path = join(cache.directory, 'abc.json')
  const whole = await readFile(path, 'utf8')
  for (const damaged of ['', whole.slice(0, -1), whole.replace('const', 'c0nst'), '\n', '{}', whole.slice(65)]) {
    await writeFile(path, damaged)
    t.is(await cache.get('abc'), undefined, JSON.stringify(damaged))
  }
  await cache.put('abc', MODULE)
  t.deepEqual(await cache.get('abc'), MODULE)
})

test('writers at the same time leave one whole entry and nothing else', async (t) => {
  const cache = await emptyCache(t)
  const caches = Array.from({ length: 20 }, () => new CompilerCache(cache.directory))
  const found = await Promise.all(
    caches.flatMap((each) => [each.put('abc', MODULE), each.get('abc'), each.put('abc', MODULE), each.get('abc')]),
  )
  for (const each of found) if (each !== undefined) t.deepEqual(each, MODULE)
  t.deepEqual(await readdir(cache.directory), ['abc.json'])
  t.deepEqual(await cache.get('abc'), MODULE)
})

test('a folder that cannot be written costs time only, and says why', async (t) => {
  const folder = await writeProgram(t, { file: 'not a folder' })
  const cache = new CompilerCache(join(folder, 'file', 'cache'))
  await cache.put('abc', MODULE)
  t.is(await cache.get('abc'), undefined)
  t.regex(String(cache.problem), /ENOTDIR/)
})

test("a program's cache is in its node_modules, if it has one", async (t) => {
  const bare = await writeProgram(t, { 'package.json': '{}' })
  const installed = await writeProgram(t, { 'node_modules/x/package.json': '{}' })
  t.is((await CompilerCache.forRoot(installed)).directory, join(installed, 'node_modules', '.cache', 'atoll'))
  t.false((await CompilerCache.forRoot(bare)).directory.startsWith(bare))
})
