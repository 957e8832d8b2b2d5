import { describeNode } from '@atoll/messaging'
import type { Candidate } from '@atoll/kernel'
import test from 'ava'
import { LeastLoaded, RoundRobin } from '../src/index.js'

const candidate = (cpu: number, threads: number, speed = 1, name = 'reef'): Candidate => ({
  kernel: cpu + 1,
  cpu,
  threads,
  node: describeNode({ name, speed }),
})

test('round robin goes to the next CPU each time, and begins again', (t) => {
  const policy = new RoundRobin()
  const all = [candidate(0, 0), candidate(1, 0), candidate(3, 0)]
  t.deepEqual(
    [1, 2, 3, 4].map(() => policy.place(all).cpu),
    [0, 1, 3, 0],
  )
})

test('the least loaded kernel has the fewest threads, the lowest number among equals', (t) => {
  t.is(new LeastLoaded().place([candidate(0, 2), candidate(1, 1), candidate(2, 1)]).cpu, 1)
})

test('a node that is twice as fast takes twice the threads', (t) => {
  const fast = candidate(1, 2, 20, 'fast')
  t.is(new LeastLoaded().place([candidate(0, 1, 10, 'slow'), fast]).cpu, 1)
  t.is(new LeastLoaded().place([candidate(0, 0, 10, 'slow'), fast]).cpu, 0)
})

test('a kernel that measured its node in a busy moment is not taken to be slower than its neighbours', (t) => {
  t.is(new LeastLoaded().place([candidate(0, 1, 30), candidate(1, 0, 3)]).cpu, 1)
})
