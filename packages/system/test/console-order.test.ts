import test from 'ava'
import { SeededRandom } from '@atoll/kernel'
import { ConsoleOrder } from '../src/supervisor/console-order.js'

test('lines of kernels that know nothing of each other come out at once', (t) => {
  const { order, out, write } = recorder()
  write(1, 1)
  write(2, 1)
  order.event(2, () => out.push('end'))
  t.deepEqual(out, ['1:1', '2:1', 'end'])
})

test('a line waits for the lines that its kernel knew of', (t) => {
  const { order, out, write } = recorder()
  order.known(2, [{ kernel: 1, lines: 2 }])
  write(2, 1)
  order.event(2, () => out.push('end'))
  write(1, 1)
  t.deepEqual(out, ['1:1'])
  write(1, 2)
  t.deepEqual(out, ['1:1', '1:2', '2:1', 'end'])
})

test('a line that was held back releases those that wait for it', (t) => {
  const { order, out, write } = recorder()
  order.known(3, [{ kernel: 2, lines: 1 }])
  write(3, 1)
  order.known(2, [{ kernel: 1, lines: 1 }])
  write(2, 1)
  write(1, 1)
  t.deepEqual(out, ['1:1', '2:1', '3:1'])
})

test('nobody waits for lines that a dead kernel never sent', (t) => {
  const { order, out, write } = recorder()
  write(1, 1)
  order.known(2, [{ kernel: 1, lines: 5 }])
  write(2, 1)
  t.deepEqual(out, ['1:1'])
  order.died(1)
  t.deepEqual(out, ['1:1', '2:1'])
})

test("a dead kernel's own lines still wait for what came before them", (t) => {
  const { order, out, write } = recorder()
  order.known(1, [{ kernel: 2, lines: 1 }])
  write(1, 1)
  order.known(3, [{ kernel: 1, lines: 1 }])
  write(3, 1)
  order.died(1)
  t.deepEqual(out, [])
  write(2, 1)
  t.deepEqual(out, ['2:1', '1:1', '3:1'])
})

test('an action that leads back into the order does not change it', (t) => {
  const { order, out, write } = recorder()
  order.event(1, () => {
    write(2, 1)
    out.push('after')
  })
  t.deepEqual(out, ['after', '2:1'])
})

test('whatever the order of arrival, causes come out before effects', (t) => {
  for (let seed = 0; seed < 200; seed++) {
    const { out, causes } = shuffledHistory(new SeededRandom(seed))
    out.forEach((line, place) => {
      for (const cause of causes.get(line) ?? [])
        t.true(out.indexOf(cause) < place, `seed ${seed}: ${cause} before ${line}`)
    })
    t.is(out.length, causes.size, `seed ${seed}: nothing is held back for ever`)
  }
})

function recorder() {
  const order = new ConsoleOrder()
  const out: string[] = []
  const write = (kernel: number, line: number): void => {
    order.line(kernel, line, () => out.push(`${kernel}:${line}`))
  }
  return { order, out, write }
}

/** Kernels print and tell each other what they know; what they send to the supervisor arrives in their own order, mixed by chance. */
function shuffledHistory(random: SeededRandom): { out: string[]; causes: Map<string, string[]> } {
  const { order, out, write } = recorder()
  const kernels = [1, 2, 3, 4]
  const known = new Map(kernels.map((kernel) => [kernel, new Map<number, number>()]))
  const sent = new Map(kernels.map((kernel) => [kernel, [] as (() => void)[]]))
  const causes = new Map<string, string[]>()
  const all = (counts: ReadonlyMap<number, number>): string[] =>
    [...counts].flatMap(([kernel, lines]) => Array.from({ length: lines }, (_, index) => `${kernel}:${index + 1}`))
  for (let step = 0; step < 60; step++) {
    const kernel = 1 + random.below(4)
    const mine = known.get(kernel)!
    if (random.below(2) === 0) {
      const line = (mine.get(kernel) ?? 0) + 1
      const counts = [...mine].filter(([other]) => other !== kernel).map(([other, lines]) => ({ kernel: other, lines }))
      causes.set(`${kernel}:${line}`, all(mine))
      sent.get(kernel)!.push(() => {
        order.known(kernel, counts)
        write(kernel, line)
      })
      mine.set(kernel, line)
    } else {
      const theirs = known.get(1 + random.below(4))!
      for (const [other, lines] of mine) theirs.set(other, Math.max(lines, theirs.get(other) ?? 0))
    }
  }
  for (let left = kernels.filter((kernel) => sent.get(kernel)!.length > 0); left.length > 0;) {
    sent.get(left[random.below(left.length)])!.shift()!()
    left = kernels.filter((kernel) => sent.get(kernel)!.length > 0)
  }
  return { out, causes }
}
