import test from 'ava'
import { SimBackend, WorkersBackend, type Backend, type ForcedMotion } from '../src/index.js'
import { boot, run } from './booting.js'

const BACKENDS: readonly (readonly [string, (forcedMotion?: ForcedMotion) => Backend])[] = [
  ['sim', (forcedMotion) => new SimBackend({ kernels: 2, ...(forcedMotion && { forcedMotion }) })],
  ['workers', (forcedMotion) => new WorkersBackend({ kernels: 2, ...(forcedMotion && { forcedMotion }) })],
]

/** What is the same however the thread was suspended: not where in its line a caller awaits. */
const places = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line
        .trim()
        .replace(/(\.ts:\d+):\d+\)?/, '$1')
        .replace('(test/programs/', ''),
    )

const THROWN = ['at inner crossing.ts:7', 'at inner crossing.ts:4']

for (const [name, make] of BACKENDS) {
  for (const motion of [undefined, 'capture', 'hop'] as const) {
    const how = motion ? `${name} with forced motion (${motion})` : name

    test(`on ${how}, errors show all callers in the program's own sources, and where their threads have been`, async (t) => {
      await using system = await boot(make(motion))
      const { stdout, stderr, status } = await run(system, 'crossing')
      t.is(status, 1)
      t.deepEqual(places(stdout), [
        'Error: broken',
        ...THROWN,
        'at inner crossing.ts:4',
        'at routine crossing.ts:11',
        'Error: in a call of its own',
        'at fails crossing.ts:17',
        'at async awaits crossing.ts:22',
        'at async shown crossing.ts:27',
        'at async main crossing.ts:36',
        'PosixError: pthread_join: ESRCH: there is no thread 777777 (never was, or it was joined or ended detached)',
        'at async shown crossing.ts:27',
        'at async main crossing.ts:38',
      ])
      t.deepEqual(places(stderr), [
        'Uncaught AggregateError: all failed',
        'at main crossing.ts:45 {',
        '[errors]: [',
        'Error: broken',
        ...THROWN,
        'at routine crossing.ts:11',
        'at main crossing.ts:43 {',
        '[cause]: RangeError: the cause',
        ...THROWN,
        'at routine crossing.ts:11',
        'at main crossing.ts:43',
        '}',
        ']',
        '}',
        'thread 1: started on kernel 1, moved to kernel 2, ended there',
      ])
    })
  }
}
