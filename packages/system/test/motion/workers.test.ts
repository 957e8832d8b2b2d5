import test from 'ava'
import { WorkersBackend } from '@atoll/system'
import { boot } from '../booting.js'
import { runToEnd, start } from './systems.js'

test.serial(
  'a thread moves 10,000 times between two workers, five frames deep, with a finally pending: nothing is lost',
  async (t) => {
    const system = await boot(new WorkersBackend({ kernels: 2 }))
    try {
      let moves = 0
      system.events.on('thread-moved', () => moves++)
      const startMs = performance.now()
      const run = await runToEnd(system, 'walk', [10_000])
      const moveUs = ((performance.now() - startMs) * 1000) / 10_000
      t.log(`${moveUs.toFixed(1)} µs a move`)
      t.is(run.stdout, '10000 moves, nothing lost, nothing twice\n', run.stderr)
      t.is(run.status, 0)
      t.true(moves >= 9_999, `${moves} moves were reported`) // the first may lead to where it is
      t.true(moves <= 10_000, `${moves} moves were reported`)
    } finally {
      await system.shutdown()
    }
  },
)

test.serial('ten threads walk among four workers at the same time', async (t) => {
  const system = await boot(new WorkersBackend({ kernels: 4 }))
  try {
    const run = await runToEnd(system, 'walk', [400, 10])
    t.is(run.stdout, '400 moves, nothing lost, nothing twice\n'.repeat(10), run.stderr)
  } finally {
    await system.shutdown()
  }
})

test.serial(
  'threads that sleep and threads that join are moved by others: every sleep and every join ends once',
  async (t) => {
    const system = await boot(new WorkersBackend({ kernels: 3 }))
    try {
      const run = await runToEnd(system, 'push', [100, 3, 3])
      t.is(run.stdout, `${100 * 3 * 6} pushes, 0 wrong\n`, run.stderr)
    } finally {
      await system.shutdown()
    }
  },
)

test.serial('a worker that is killed ends the processes that it hosted threads of, and no others', async (t) => {
  const system = await boot(new WorkersBackend({ kernels: 3 }))
  try {
    const spread = await start(system, 'idle')
    const [first, second] = [await start(system, 'local', [2000], [0]), await start(system, 'local', [2000], [1])]
    await spread.printed
    await system.killKernel(3)
    const lost = await spread.run
    t.is(lost.signal, 'SIGKILL')
    t.regex(lost.reason, /lost kernel 3/)
    for (const { run } of [first, second]) {
      const { stdout, stderr, status, signal } = await run
      t.deepEqual({ stdout, stderr, status, signal }, { stdout: 'stayed\n', stderr: '', status: 0, signal: null })
    }
    t.deepEqual(
      system.kernels().map(({ kernel }) => kernel),
      [1, 2],
    )
    t.is((await runToEnd(system, 'walk', [100])).status, 0, 'the survivors go on')
  } finally {
    await system.shutdown()
  }
})

test.serial('a process whose origin is killed ends everywhere', async (t) => {
  const system = await boot(new WorkersBackend({ kernels: 2 }))
  try {
    const spread = await start(system, 'idle', [], [0, 1])
    await spread.printed
    await system.killKernel(spread.kernel)
    const { signal, reason } = await spread.run
    t.is(signal, 'SIGKILL')
    t.regex(reason, new RegExp(`lost kernel ${spread.kernel}, its origin`))
    t.is((await runToEnd(system, 'local', [3])).stdout, 'stayed\n')
  } finally {
    await system.shutdown()
  }
})
