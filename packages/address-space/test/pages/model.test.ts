import test from 'ava'
import { explore, type Operation } from './model.js'

/*
 * The page protocol, explored exhaustively in small configurations: its real code (directory, homes of objects, replicas, invalidations), every order
 * in which messages can arrive, threads can act and a kernel can die. After every step a page that can be written somewhere has no other copy; every
 * read sees the last write; every operation of a living kernel ends; and a page is lost only if no living kernel has it.
 */

const read = (page: number): Operation => ({ kind: 'read', page })
const write = (page: number): Operation => ({ kind: 'write', page })

test('two kernels write one page in turn', (t) => {
  const { states } = explore({ pages: 1, threads: [[[write(0), read(0), write(0)]], [[write(0), read(0), write(0)]]] })
  t.log(states)
  t.true(states > 100)
})

test('an upgrade races an invalidation: three kernels read a page, then write it', (t) => {
  const { states } = explore({ pages: 1, threads: [[[read(0), write(0)]], [[read(0), write(0)]], [[read(0)]]] })
  t.log(states)
  t.true(states > 100)
})
