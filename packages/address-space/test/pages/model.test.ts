import test from 'ava'
import { explore, type Configuration, type Operation } from './model.js'

/*
 * The page protocol, explored exhaustively in small configurations: its real code (directory, homes of objects, replicas, invalidations), every order
 * in which messages can arrive, threads can act and a kernel can die. After every step a page that can be written somewhere has no other copy; every
 * read sees the last write; every operation of a living kernel ends; and a page is lost only if no living kernel has it.
 */

const read = (page = 0): Operation => ({ kind: 'read', page })
const write = (page = 0): Operation => ({ kind: 'write', page })
/** A thread that suspends with a view of these pages, and runs again once it has them all. */
const view = (...pages: number[]): Operation => ({ kind: 'view', pages, write: true })
const glance = (...pages: number[]): Operation => ({ kind: 'view', pages, write: false })

function explores(title: string, configuration: Configuration, least: number, isLosing = false): void {
  test(title, (t) => {
    t.timeout(300_000)
    const { states, lost } = explore(configuration)
    t.log(`${states} states`)
    t.true(states >= least, `${states} states`)
    t.is(lost > 0, isLosing, 'pages are lost if and only if a kernel takes the only copy with it')
  })
}

const one = { pages: 1 }

explores(
  'two kernels write one page in turn',
  { ...one, threads: [[[write(), read(), write()]], [[write(), read(), write()]]] },
  200,
)
explores(
  'a page is read by two while a third writes it',
  { ...one, threads: [[[read()]], [[read()]], [[write()]]] },
  200,
)
explores(
  'an upgrade races an invalidation: two kernels read a page and then write it, while a third reads',
  { ...one, threads: [[[read(), write()]], [[read(), write()]], [[read()]]] },
  2000,
)
explores(
  'two threads of one kernel read and write a page that another kernel writes',
  { ...one, threads: [[[read()], [write()]], [[write(), read()]]] },
  200,
)
explores(
  'views of two pages are held in one order, however they are named: nobody waits in a circle',
  { pages: 2, threads: [[[view(0, 1)]], [[view(1, 0)]]] },
  50,
)
explores(
  'views of two pages are held and regained while a third kernel reads one of them',
  { pages: 2, threads: [[[view(0, 1)]], [[view(0, 1)]], [[read(1)]]] },
  700,
)
explores(
  'views to read and views to write overlap in part',
  { pages: 2, threads: [[[glance(0, 1)]], [[view(0)]], [[write(1)]]] },
  1000,
)
explores(
  'a kernel dies that writes a page, while others write and read it',
  { ...one, threads: [[[write()]], [[write()]], [[read()]]], mayDie: 2 },
  3000,
  true,
)
explores(
  'a kernel dies that reads a page which others have: nothing is lost unless it had become the only one',
  { ...one, threads: [[[write()]], [[write()]], [[read()]]], mayDie: 3 },
  3000,
  true,
)
explores(
  'a kernel dies that wants a page which it has had no copy of before: who gave it away has it again',
  { ...one, threads: [[[write(), read()]], [[read()]], []], mayDie: 2 },
  200,
  true,
)
explores(
  'a reader dies while its copy is made void for a writer',
  { ...one, threads: [[[read()]], [[read(), write()]], [[read()]]], mayDie: 3 },
  5000,
  true,
)
explores(
  'a home dies with requests under way: its chunk gets a new home, which asks what there is',
  { ...one, threads: [[], [[write()]], [[read(), write()]]], mayDie: 2 },
  300,
  true,
)
