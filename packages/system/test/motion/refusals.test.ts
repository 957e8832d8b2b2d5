import test from 'ava'
import { SimBackend, type SimOptions } from '@atoll/system'
import { boot } from '../booting.js'
import { runToEnd, type Run } from './systems.js'

async function runAlone(program: string, argv: readonly string[], options: SimOptions = {}): Promise<Run> {
  const system = await boot(new SimBackend({ kernels: 3, ...options }))
  try {
    return await runToEnd(system, program, argv, [0])
  } finally {
    await system.shutdown()
  }
}

test('a thread that is too large for a link stays, one that is too large is not created, and both say so', async (t) => {
  const { stdout, stderr, status } = await runAlone('large', [])
  const refusals = (to: number): string => {
    const reason =
      `it takes so many bytes, more than the 67108864 that a link to kernel ${to} carries at once. ` +
      'Remedy: let go of large values first, or keep them in a file or in shared memory'
    return (
      `migrate: ENOTSUP: thread can't move: ${reason}\n` +
      `pthread_create: ENOTSUP: the thread can't go to kernel ${to}: ${reason}\n9000000\n`
    )
  }
  t.is(stderr, '')
  t.is(stdout, refusals(2) + refusals(3))
  t.is(status, 0)
})

test('a result that is too large for a message is not joined, on any kernel, and the joiner is told', async (t) => {
  const { stdout, stderr, status } = await runAlone('large-result', [])
  const refusal = (syscall: string, to: number): string =>
    `${syscall}: EMSGSIZE: a message of so many bytes to kernel ${to} exceeds the link's limit of 67108864: split it\n`
  t.is(stderr, '')
  t.is(stdout, refusal('pthread_exit', 1) + refusal('pthread_join', 2) + refusal('pthread_join', 1))
  t.is(status, 0)
})

test('a value that nothing reads any more keeps no thread where it is, one that a catch or finally may read does', async (t) => {
  const { stdout, stderr } = await runAlone('dead-values', [])
  t.deepEqual(stdout.trim().split('\n'), [
    'read before',
    'first second',
    'branch left',
    'caught',
    'case 1',
    'turn 1',
    'finally',
    'ENOTSUP',
    'ENOTSUP catch',
  ])
  t.is(stderr, '')
})

test('a serialize method that throws keeps its thread where it is', async (t) => {
  const { stdout, stderr } = await runAlone('hooks', ['move', 'pack'])
  t.regex(stdout, /^ENOTSUP: pack: migrate: ENOTSUP: thread \d+ can't move: it will not be packed\n$/)
  t.is(stderr, '')
  const forced = await runAlone('hooks', ['move', 'pack'], { kernels: 2, forcedMotion: 'hop' })
  t.is(forced.status, 0, forced.stderr)
})

for (const [what, argv, options] of [
  ['moves', ['move', 'unpack'], {}],
  ['is created elsewhere', ['create', 'unpack', '1'], {}],
  ['is created at home', ['create', 'unpack', '0'], {}],
  ['is moved in place', ['move', 'unpack'], { forcedMotion: 'capture' }],
] as const) {
  test(`a deserialize method that throws when a thread ${what} ends the process with that error`, async (t) => {
    const { stdout, stderr, status } = await runAlone('hooks', argv, options)
    t.is(stdout, '')
    t.regex(stderr, /thread \d+ could not be made again on kernel \d: .*it will not be unpacked/)
    t.is(status, 1)
  })
}

test('a host callback that asks for what its thread can not do is refused, and told', async (t) => {
  t.is((await runAlone('callback', [])).stdout, 'refused ENOTSUP\n')
})

test('a promise kept on a kernel finds its call again when the thread is back, as long as the call lasts', async (t) => {
  t.is((await runAlone('cache', ['before'])).stdout, '42\n')
  t.is((await runAlone('cache', ['several'])).stdout, '42 and more\n')
  const { stdout } = await runAlone('cache', ['after'])
  t.regex(stdout, /ENOTSUP: .*has gone on with its thread \d+ elsewhere.*Remedy: keep the promise in a variable/)
})
