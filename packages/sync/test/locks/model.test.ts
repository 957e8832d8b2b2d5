import test from 'ava'
import { setImmediate } from 'node:timers/promises'
import { explore, type Configuration } from './model.js'

/*
 * The token and condition protocols, explored exhaustively in small configurations: their real code (homes, replicas, the home's side of waits), every order in which messages can arrive, threads
 * can run, move, be cancelled or run out of time, and a kernel can die. At all times one thread at most has the lock; in the end all threads are through, one kernel has the token,
 * nobody owns it, and no wait is left at its home.
 */

/** The larger configurations take half a minute each: a soak has the time. */
const DEEP = Number(process.env['ATOLL_SIM_SEEDS'] ?? 0) >= 1000

/** Explores `small`, and `large` too if there is time; `least`: how many states each has to have, or the search has missed some. */
function explores(title: string, [small, least]: [Configuration, number], large?: [Configuration, number]): void {
  exploration(title, small, least)
  if (large && DEEP) exploration(`${title}: the larger configuration`, ...large)
}

function exploration(title: string, configuration: Configuration, least: number): void {
  test.serial(title, async (t) => {
    if (DEEP) t.timeout(300_000)
    await setImmediate() // what came before is reported
    const states = explore(configuration)
    t.log(`${states} states`)
    t.true(states >= least, `${states} states`)
  })
}

explores(
  'two kernels lock in turn',
  [{ threads: [[['section', 'section']], [['section', 'section']]] }, 400],
  [{ threads: [[], [['section'], ['section']], [['section']]] }, 10_000],
)
explores(
  'an owner moves while its lock is recalled',
  [{ threads: [[['section']], [['section']]], moves: 1 }, 300],
  [{ threads: [[], [['section']], [['section']]], moves: 1 }, 5000],
)
explores(
  'a waiter is cancelled at any moment, also as it is granted the lock',
  [{ threads: [[['section']], [['section']]], cancels: 1 }, 100],
  [{ threads: [[['section']], [['section']]], moves: 1, cancels: 1 }, 20_000],
)
explores('a recursive lock is locked again wherever its owner has moved', [
  { threads: [[['section']], [['nested']]], moves: 1, recursive: true },
  1000,
])
explores(
  'a lock is tried while others have it or wait',
  [{ threads: [[['try']], [['section']]] }, 50],
  [{ threads: [[['try']], [['section']], [['try']]] }, 5000],
)
explores(
  'a lock is destroyed while others begin to use it',
  [{ threads: [[['section', 'destroy']], [['section']]] }, 50],
  [{ threads: [[], [['section', 'destroy']], [['section']]] }, 3000],
)
explores(
  'a kernel dies that a thread had waited on before it moved, with or without what it has sent',
  [{ threads: [[], [['section']], []], moves: 1, mayDie: 2 }, 100],
  [{ threads: [[['section']], [['section']], []], moves: 1, mayDie: 2 }, 5000],
)
explores(
  'the home dies: every wait ends',
  [{ threads: [[], [['section']]], mayDie: 1 }, 20],
  [{ threads: [[], [['section']], [['section']]], mayDie: 1 }, 3000],
)
explores('no signal is lost: a thread waits for what another provides', [
  { threads: [[['consume']], [['produce']]] },
  500,
])
explores('a signal meets a waiter that is cancelled, or has run out of time', [
  { threads: [[['produce']], [['consume']]], cancels: 1 },
  1000,
])
if (DEEP) {
  exploration(
    'waiters and owners move to the home and back',
    { threads: [[['section']], [['section']]], moves: 2 },
    5000,
  )
}
