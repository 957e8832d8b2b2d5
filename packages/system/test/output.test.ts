import test from 'ava'
import { Console, SimBackend, WorkersBackend } from '../src/index.js'
import { boot, run, start } from './booting.js'

const BACKENDS = {
  sim: () => new SimBackend({ kernels: 2 }),
  workers: () => new WorkersBackend({ kernels: 2 }),
}

const LINES = 100
const LINE_BYTES = 100_000

for (const [name, make] of Object.entries(BACKENDS)) {
  test(`a program that prints faster than anybody reads waits, and nothing is lost, on ${name}`, async (t) => {
    await using system = await boot(make())
    const child = await start(system, 'flood', { argv: ['resumable', String(LINES)] })
    let bytes = 0
    let mostWaiting = 0
    for await (const chunk of child.stdout) {
      mostWaiting = Math.max(mostWaiting, child.stdout.readableLength)
      bytes += (chunk as Buffer).length
      await new Promise(setImmediate)
    }
    t.is((await child.wait()).status, 0)
    t.is(bytes, LINES * LINE_BYTES + 'end\n'.length)
    t.true(mostWaiting < 2 << 20, `${mostWaiting} bytes waited for their reader`)
  })

  test(`a thread that waits until its output is read can be cancelled, on ${name}`, async (t) => {
    await using system = await boot(make())
    const child = await start(system, 'flood-cancelled')
    t.is((await child.wait()).status, 0) // nobody has read anything
    let bytes = 0
    for await (const chunk of child.stdout) bytes += (chunk as Buffer).length
    t.true(bytes > 1 << 20 && bytes % LINE_BYTES === 0, `${bytes} bytes were written, and are there`)
  })

  test(`a plain function that prints more than can be kept ends its process with an error, on ${name}`, async (t) => {
    await using system = await boot(make())
    const { status, stderr, stdout } = await run(system, 'flood', { argv: ['plain', '600'] })
    t.is(status, 1)
    t.regex(stderr, /process \d+ has printed more than \d+ bytes .* Remedy: /)
    t.false(stdout.endsWith('end\n'))
    t.is((await run(system, 'flood', { argv: ['plain', '60'] })).stdout.length, 60 * LINE_BYTES + 'end\n'.length)
  })
}

test('a console that takes its time holds the program back', async (t) => {
  let waiting = 0
  let most = 0
  let bytes = 0
  const slow: Console = {
    write: async (_pid, _stream, data) => {
      waiting += data.length
      bytes += data.length
      most = Math.max(most, waiting)
      await new Promise(setImmediate)
      waiting -= data.length
    },
  }
  await using system = await boot(new WorkersBackend({ kernels: 1 }), (container) =>
    container.register(Console, { useValue: slow }),
  )
  t.is((await run(system, 'flood', { argv: ['resumable', String(LINES)] })).status, 0)
  t.is(bytes, LINES * LINE_BYTES + 'end\n'.length)
  t.true(most < 2 << 20, `${most} bytes were kept`)
})
