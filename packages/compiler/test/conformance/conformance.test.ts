import test from 'ava'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileProgram } from '@atoll/compiler'
import { suspendedAlways, suspendedSometimes, unsuspended } from './machine.js'
import { traceImage, traceNatively, traceTravelling } from './traces.js'

const folder = fileURLToPath(new URL('../../../test/conformance/programs/', import.meta.url))
const programs = readdirSync(folder, { withFileTypes: true }).map((entry) =>
  entry.isDirectory() ? join(entry.name, 'main.ts') : entry.name,
)
/** Programs whose stack always holds something that can't move. */
const PINNED = new Set(['order.ts'])
const policies = [unsuspended, suspendedAlways, suspendedSometimes(1), suspendedSometimes(2)]

for (const program of programs) {
  test.serial(`${program} behaves as natively, wherever it is suspended and however it travels`, async (t) => {
    const path = join(folder, program)
    const expected = await traceNatively(path)
    t.true(expected.length > 1, 'the program logs nothing')
    t.regex(expected.at(-1) ?? '', /^returned/)
    const image = await compileProgram(path, { cache: null })
    for (const policy of policies) t.deepEqual(await traceImage(image, policy), expected, policy.name)
    const { trace, journeys } = await traceTravelling(image)
    t.deepEqual(trace, expected, 'travelling')
    if (!PINNED.has(program)) t.true(journeys > 0, 'its stack never travelled')
  })
}
