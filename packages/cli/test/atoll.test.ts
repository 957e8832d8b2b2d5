import test from 'ava'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atoll, begin, outcome } from './command.js'

const SIM = ['--backend', 'sim', '--kernels', '2']

test.serial("the command's status and output are the program's", async (t) => {
  for (const backend of ['sim', 'workers']) {
    const { status, stdout, stderr } = await atoll('run', 'echo.ts', '7', '--backend', backend, '--kernels', '1')
    t.deepEqual({ status, stdout, stderr }, { status: 7, stdout: '["7"] hello\n', stderr: 'done\n' }, backend)
  }
})

test.serial(
  "options go before or after the program; what is no option of the command's, or follows --, is the program's",
  async (t) => {
    const after = await atoll('run', 'echo.ts', '0', '--foo', ...SIM, '-x', '--', '--kernels', '9', '--')
    t.is(after.stdout, '["0","--foo","-x","--kernels","9","--"] hello\n')
    const before = await atoll('run', '--kernels=1', '--backend=sim', 'echo.ts', '--help')
    t.is(before.stdout, '["--help"] hello\n')
  },
)

test.serial('what a program writes comes out byte by byte', async (t) => {
  const command = begin('run', 'bytes.ts', ...SIM)
  const chunks: Buffer[] = []
  for await (const chunk of command.stdout!) chunks.push(chunk as Buffer)
  t.deepEqual(
    [...Buffer.concat(chunks)],
    Array.from({ length: 256 }, (_, byte) => byte),
  )
})

test.serial('where each thread ran is shown on request', async (t) => {
  for (const backend of ['sim', 'workers']) {
    const { stderr } = await atoll('run', 'walk.ts', '--backend', backend, '--kernels', '2', '--show-kernels')
    t.is(stderr, 'thread 1: kernel 1\nthread 2: kernel 1 → 2 → 1 (2 moves)\n', backend)
  }
})

test.serial(
  'what threads do is written to a file on request, and one that can not be written is refused',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'atoll-trace-'))
    t.teardown(() => rm(folder, { recursive: true }))
    for (const backend of ['sim', 'workers']) {
      const path = join(folder, `${backend}.json`)
      const { status } = await atoll('run', 'walk.ts', '--backend', backend, '--kernels', '2', '--trace', path)
      t.is(status, 0)
      const events = JSON.parse(await readFile(path, 'utf8')) as { readonly name: string }[]
      t.true(events.some(({ name }) => name === 'move to kernel 2'))
    }
    const { status, stderr } = await atoll('run', 'walk.ts', ...SIM, '--trace', join(folder, 'no', 'where.json'))
    t.is(status, 2)
    t.regex(stderr, /^atoll: the trace can't be written to .*where\.json: ENOENT/)
  },
)

test.serial('a debugger can attach on request', async (t) => {
  const { status, stdout, stderr } = await atoll('run', '--inspect=0', 'echo.ts', '3', ...SIM)
  t.deepEqual({ status, stdout }, { status: 3, stdout: '["3"] hello\n' })
  t.regex(stderr, /^Debugger listening on ws:\/\/127\.0\.0\.1:\d+/)
})

test.serial('forced motion changes nothing that the program can see', async (t) => {
  for (const motion of ['capture', 'hop']) {
    const { status, stdout } = await atoll('run', 'echo.ts', '3', ...SIM, '--force-motion', motion, '--seed', '5')
    t.deepEqual({ status, stdout }, { status: 3, stdout: '["3"] hello\n' }, motion)
  }
})

test.serial('an error that ends the program is shown in its own source, with status 1', async (t) => {
  const { status, stderr } = await atoll('run', 'throws.ts', ...SIM)
  t.is(status, 1)
  t.regex(stderr, /^Uncaught RangeError: out of luck\n +at fails \(test\/programs\/throws\.ts:2:9\)/)
})

test.serial('on sim, an error outside of every thread ends its process with status 1', async (t) => {
  for (const culprit of ['fiber', 'promise', 'timer', 'host']) {
    const { status, stderr } = await atoll('run', 'reject.ts', culprit, ...SIM)
    t.is(status, 1, culprit)
    t.regex(stderr, /^Uncaught RangeError: nobody awaits this\n +at .*reject\.ts:\d+/, culprit)
  }
})

test.serial(
  'a simulated program in which nothing can run any more ends with status 1, and its threads are named',
  async (t) => {
    const ring = await atoll('run', 'ring.ts', ...SIM)
    t.is(ring.status, 1)
    t.regex(
      ring.stderr,
      /^atoll: nothing can run any more .*\n( +thread \d of process 1 on kernel \d: blocked in pthread_join at .*\n){3}$/,
    )
    const waits = await atoll('run', 'waits.ts', ...SIM)
    t.is(waits.status, 1)
    t.regex(waits.stderr, /blocked in await-promise at main \(test\/programs\/waits\.ts:2/)
  },
)

const REFUSED: readonly (readonly [what: string, argv: readonly string[], message: RegExp])[] = [
  ['an unknown option', ['run', '--bogus', 'echo.ts'], /^atoll: unknown option '--bogus'\n.*--help/],
  ['an unknown command', ['walk', 'echo.ts'], /^atoll: unknown command 'walk'/],
  ['no program', ['run'], /^atoll: missing required argument 'program'/],
  ['a missing value', ['run', 'echo.ts', '--kernels'], /^atoll: option '--kernels <n>' argument missing/],
  [
    'zero kernels',
    ['run', 'echo.ts', '--kernels', '0'],
    /'--kernels <n>' argument '0' is invalid\. Give an integer of 1/,
  ],
  ['a bad seed', ['run', 'echo.ts', '--seed', '1.5'], /'--seed <n>' argument '1\.5' is invalid\. Give an integer/],
  [
    'an unknown backend',
    ['run', 'echo.ts', '--backend', 'cloud'],
    /'cloud' is invalid\. Allowed choices are sim, workers/,
  ],
  [
    'unknown motion',
    ['run', 'echo.ts', '--force-motion', 'jump'],
    /'jump' is invalid\. Allowed choices are capture, hop/,
  ],
  [
    'too many kernels',
    ['run', 'echo.ts', '--kernels', '5000'],
    /^atoll: a system of 5000 kernels can't be: give an integer of 1 … 1024/,
  ],
  [
    'a missing file, whatever else is wrong',
    ['run', 'nowhere.ts', '--kernels', '5000'],
    /^nowhere\.ts:1:1: there is no such file/,
  ],
  ['a missing file', ['run', 'nowhere.ts', ...SIM], /^nowhere\.ts:1:1: there is no such file\n +remedy: give the path/],
  ['a syntax error', ['run', 'syntax.ts', ...SIM], /^.*syntax\.ts:3:1: [\s\S]*\n +remedy: /],
  [
    'a program without main',
    ['run', 'no-main.ts', ...SIM],
    /^.*no-main\.ts:1:1: the program exports no main\n[\s\S]*remedy: export/,
  ],
  ['an assigned module-level variable', ['run', 'global.ts', ...SIM], /^.*global\.ts:1:5: .*total[\s\S]*remedy: /],
  [
    'a module that throws',
    ['run', 'early.ts', ...SIM],
    /^atoll: .*early\.ts could not be started: RangeError: not today\n +at .*early\.ts:5:7/,
  ],
]

for (const [what, argv, message] of REFUSED) {
  test.serial(`${what} is refused with one error and status 2`, async (t) => {
    const { status, stdout, stderr } = await atoll(...argv)
    t.is(status, 2, stderr)
    t.is(stdout, '')
    t.regex(stderr, message)
  })
}

test.serial('an interrupted command ends with 130, and a terminated one with 143', async (t) => {
  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const command = begin('run', 'for-ever.ts', '--backend', 'workers', '--kernels', '1')
    command.stdout!.once('data', () => command.kill(signal))
    const { status, stderr } = await outcome(command)
    t.is(status, expected)
    t.is(stderr, '')
  }
})

test.serial('a command whose output nobody reads any more ends with 141', async (t) => {
  for (const backend of ['sim', 'workers']) {
    const command = begin('run', 'for-ever.ts', '--backend', backend, '--kernels', '1')
    command.stdout!.once('data', () => command.stdout!.destroy())
    const status = await new Promise((resolve) => command.on('exit', resolve))
    t.is(status, 141, backend)
  }
})

test.serial('help says what there is', async (t) => {
  const { status, stdout } = await atoll('run', '--help')
  t.is(status, 0)
  for (const option of ['--backend', '--kernels', '--seed', '--force-motion', '--show-kernels', '--trace', '--inspect'])
    t.true(stdout.includes(option))
})
