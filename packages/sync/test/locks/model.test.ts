import test from 'ava'
import { explore, type Configuration } from './model.js'

/*
 * The token and condition protocols, explored exhaustively in small configurations: their real code (homes, replicas, the home's side of waits), every order in which messages can arrive, threads
 * can run, move, be cancelled or run out of time, and a kernel can die. At all times one thread at most has the lock; in the end all threads are through, one kernel has the token,
 * nobody owns it, and no wait is left at its home.
 */

function explores(title: string, configuration: Configuration, least: number): void {
  test(title, (t) => {
    t.timeout(300_000)
    const states = explore(configuration)
    t.log(`${states} states`)
    t.true(states >= least, `${states} states`)
  })
}

explores('two kernels lock in turn', { threads: [[['section', 'section']], [['section', 'section']]] }, 50)
explores(
  'a kernel with two threads and one with one, neither the home, lock in turn',
  { threads: [[], [['section'], ['section']], [['section']]] },
  100,
)
explores('an owner moves while its lock is recalled', { threads: [[], [['section']], [['section']]], moves: 1 }, 200)
explores(
  'waiters and owners move between two kernels',
  { threads: [[['section']], [['section'], ['section']]], moves: 2 },
  1000,
)
explores(
  'a waiter is cancelled at any moment, also when it is granted the lock, and after it has moved',
  { threads: [[], [['section'], ['section']], [['section']]], moves: 1, cancels: 1 },
  3000,
)
explores(
  'a recursive lock is locked again wherever its owner has moved',
  { threads: [[['section']], [['nested']]], moves: 2, recursive: true },
  200,
)
explores(
  'a lock is tried while others have it or wait',
  { threads: [[['try']], [['section']], [['try']]], moves: 1 },
  500,
)
explores(
  'a lock is destroyed while others begin to use it',
  { threads: [[], [['section', 'destroy']], [['section']]], moves: 1 },
  300,
)
explores(
  'a kernel dies that has the token or waits for it, its threads having moved in time, with or without what it has sent',
  { threads: [[], [['section']], [['section', 'section']]], moves: 1, mayDie: 2 },
  300,
)
explores(
  'a kernel dies that a thread had waited on before it moved',
  { threads: [[['section']], [['section']], []], moves: 1, mayDie: 2 },
  100,
)
explores('the home dies: every wait ends', { threads: [[], [['section']], [['section', 'section']]], mayDie: 1 }, 200)
explores(
  'no signal is lost: one thread waits for what two others provide',
  { threads: [[['consume']], [['consume']], [['produce', 'produce']]] },
  300,
)
explores(
  'a signal meets a waiter that moves, is cancelled, or has run out of time',
  { threads: [[['produce']], [['consume']]], moves: 1, cancels: 1 },
  300,
)
