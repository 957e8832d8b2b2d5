import { frameLines, instantiate, mapStack, type Frame } from '@atoll/kernel'
import test from 'ava'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compileProgram } from '@atoll/compiler'
import { Machine, suspendedAlways, unsuspended, type FuelPolicy } from './conformance/machine.js'
import { hostSurroundings } from './conformance/traces.js'
import { writeProgram } from './programs.js'

const APP = `interface Unused {
  nothing: true
}
async function inner(n: number): Promise<number> {
  if (n > 0) throw new Error('broken')
  return n
}
class Account {
  async close(n: number): Promise<number> {
    return await (async () => await inner(n))()
  }
}
function synchronous(n: number): void {
  [n].forEach(() => {
    throw new Error('synchronous')
  })
}
export async function main(report: (error: unknown) => void): Promise<void> {
  for (let i = 0; i < 2; i++) {
    try {
      await new Account().close(i)
    } catch (error) {
      report(error)
    }
  }
  try {
    synchronous(1)
  } catch (error) {
    report(error)
  }
}
`

/** The mapped stacks of the errors that the program reports, their call sites in it, and the suspended stacks that it leaves. */
async function run(
  folder: string,
  policy: FuelPolicy,
): Promise<{ sites: string[][]; suspended: string[][]; lines: string[] }> {
  const image = await compileProgram(join(folder, 'app.ts'), { cache: null })
  const sites: string[][] = []
  const suspended: string[][] = []
  const all: string[] = []
  const machine = new Machine(policy, (top: Frame) => {
    suspended.push(frameLines(top))
    return top
  })
  const { exports } = instantiate(image, machine, createRequire(import.meta.url), hostSurroundings)
  const report = (error: Error): void => {
    const lines = mapStack(error.stack ?? '', () => image).split('\n')
    all.push(...lines)
    sites.push(lines.filter((line) => line.includes('app.ts')).map((line) => line.trim()))
  }
  await machine.startFiber(exports['main'] as (...args: never) => unknown, undefined, [report])
  return { sites, suspended, lines: all }
}

const ABOVE_MAIN = ['at inner (app.ts:5:20)', 'at app.ts:10:37', 'at Account.close (app.ts:10:12)']
const SYNCHRONOUS = ['at app.ts:15:11', 'at synchronous (app.ts:14:7)']

test("an error's stack shows the source's functions and places", async (t) => {
  const folder = await writeProgram(t, { 'app.ts': APP })
  const { sites } = await run(folder, unsuspended)
  t.deepEqual(sites, [
    [...ABOVE_MAIN, 'at main (app.ts:21:7)'],
    [...SYNCHRONOUS, 'at main (app.ts:27:5)'],
  ])
})

test('what generated code calls is not in stacks', async (t) => {
  const app = `export async function main(report: (error: unknown) => void): Promise<void> {
  const account = { close: 1 as unknown as (n: number) => Promise<void> }
  try {
    await account.close(await 1)
  } catch (error) {
    report(error)
  }
}
`
  for (const policy of [unsuspended, suspendedAlways]) {
    const folder = await writeProgram(t, { 'app.ts': app })
    const { sites, lines } = await run(folder, policy)
    t.deepEqual(sites, [['at main (app.ts:4:11)']])
    t.notRegex(lines.join('\n'), /atoll:|\$callable/)
  }
})

test('functions that go on from their frames keep their names and places', async (t) => {
  const folder = await writeProgram(t, { 'app.ts': APP })
  const { sites, suspended } = await run(folder, suspendedAlways)
  t.deepEqual(sites, [
    [...ABOVE_MAIN, 'at main (app.ts:21:7)'],
    [...SYNCHRONOUS, 'at main (app.ts:27:5)'],
  ])
  t.deepEqual(suspended[0], [
    '    at <anonymous> (app.ts:10:31)',
    '    at close (app.ts:10:12)',
    '    at main (app.ts:21:7)',
  ])
})
