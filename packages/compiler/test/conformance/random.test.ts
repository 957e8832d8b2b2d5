import test from 'ava'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import ts from 'typescript'
import { Unwind, type ProgramImage } from '@atoll/kernel'
import { imageCode } from '../../src/image-code.js'
import { lowerModule } from '../../src/lower/index.js'
import { linked } from '../linked.js'
import { suspendedAlways, suspendedSometimes, unsuspended } from './machine.js'
import { randomProgram } from './random-program.js'
import { traceImage, traceScript, traceTravelling, type Trace } from './traces.js'

const soakRuns = Number(process.env['ATOLL_FUZZ_RUNS'] ?? 0)
const budget =
  soakRuns > 0
    ? { numRuns: soakRuns, includeErrorInReport: true }
    : { numRuns: 40, seed: 1, includeErrorInReport: true }
/** A counterexample is made smaller so often at most: each attempt compiles a program. */
const MOST_ATTEMPTS = 400
const choices = fc.array(fc.nat({ max: 0xffff }), { minLength: 60, maxLength: 900, size: 'max' })

test.serial('random programs behave as natively, wherever they are suspended', async (t) => {
  t.timeout(soakRuns > 0 ? 24 * 3_600_000 : 120_000)
  const check = async (numbers: number[], seed: number): Promise<void> => {
    const source = randomProgram(numbers)
    const expected = await traceScript(scriptOf(source), 'random')
    const image = await imageOf(source)
    for (const policy of [unsuspended, suspendedAlways, suspendedSometimes(seed)]) {
      insistOnEqual(await traceImage(image, policy), expected, policy.name, source)
    }
    insistOnEqual((await traceTravelling(image)).trace, expected, 'travelling', source)
  }
  const property = fc.asyncProperty(choices, fc.nat(), shrunkBriefly(check))
  await t.notThrowsAsync(() => fc.assert(property, budget))
})

test.serial('unwinding runs every finally block on its way and no catch clause', async (t) => {
  t.timeout(soakRuns > 0 ? 24 * 3_600_000 : 120_000)
  const check = async (numbers: number[], seed: number, calls: number): Promise<void> => {
    const source = randomProgram(numbers)
    const given = { unwindAt: 2999 - calls, unwind: new Unwind('thread-exit', 0) }
    // What lowered catch clauses do by themselves.
    const passing = source.replace(/catch \((\w+)\) \{/g, '$& if ($1 === steps.unwind) throw $1;')
    const expected = await traceScript(scriptOf(passing), 'random', given)
    const image = await imageOf(source)
    for (const policy of [unsuspended, suspendedAlways, suspendedSometimes(seed)]) {
      insistOnEqual(await traceImage(image, policy, given), expected, policy.name, source)
    }
  }
  const property = fc.asyncProperty(choices, fc.nat(), fc.nat({ max: 12 }), shrunkBriefly(check))
  await t.notThrowsAsync(() => fc.assert(property, budget))
})

/** Passes everything once it has failed and enough smaller counterexamples were looked for, which ends the search. */
function shrunkBriefly<A extends unknown[]>(check: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  let attempts = -1 // not failed yet
  return async (...args) => {
    if (attempts >= 0 && ++attempts > MOST_ATTEMPTS) return
    try {
      await check(...args)
    } catch (error) {
      attempts = Math.max(attempts, 0)
      throw error
    }
  }
}

/** What this runtime lacks is `using`. (esbuild would make something else of functions in a `switch`.) */
function scriptOf(source: string): string {
  const { outputText: code } = ts.transpileModule(source, {
    fileName: 'random.js',
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  })
  return `(function (require, module, exports) { "use strict";${code}\nmodule.exports = { main }\n})`
}

async function imageOf(source: string): Promise<ProgramImage> {
  const { code: module } = lowerModule(`${source}\nexport { main }\n`, { path: 'random.ts' })
  const code = imageCode(await linked(module))
  const hash = createHash('sha256').update(code).digest('hex')
  return { hash, name: 'random.ts', code, sourceMap: '' }
}

/** Shows the program with the first difference: a counterexample's numbers alone tell nobody anything. */
function insistOnEqual(actual: Trace, expected: Trace, how: string, source: string): void {
  const at = expected.findIndex((line, i) => line !== actual[i])
  if (at < 0 && actual.length === expected.length) return
  const line = at < 0 ? expected.length : at
  throw new Error(`${how}, line ${line} of the trace is ${actual[line]}, natively ${expected[line]}\n${source}`)
}
