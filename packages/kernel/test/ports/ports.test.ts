import test from 'ava'
import { HostClock, SeededRandom, StderrLogger } from '../../src/ports/index.js'

test('a host clock never runs backwards and shares its origin with every isolate of the machine', (t) => {
  const clock = new HostClock()
  const before = Number(process.hrtime.bigint()) / 1000
  const first = clock.monotonicUs()
  const second = clock.monotonicUs()
  const after = Number(process.hrtime.bigint()) / 1000
  t.true(second >= first)
  const toleranceUs = 50 // a sample of the origin may have been interrupted, all eight hardly
  t.true(first > before - toleranceUs && second < after + toleranceUs)
})

test('a host timer never fires before its time, and a withdrawn one not at all', async (t) => {
  const clock = new HostClock()
  const atUs = clock.monotonicUs() + 1500
  const withdraw = clock.setTimer(atUs, () => t.fail('a withdrawn timer fired'))
  withdraw()
  await new Promise<void>((resolve) => clock.setTimer(atUs, resolve))
  t.true(clock.monotonicUs() >= atUs)
})

test('a seed repeats its numbers and another seed gives others', (t) => {
  const draw = (random: SeededRandom) => Array.from({ length: 8 }, () => random.u32())
  t.deepEqual(draw(new SeededRandom(7)), draw(new SeededRandom(7)))
  t.notDeepEqual(draw(new SeededRandom(7)), draw(new SeededRandom(8)))
  const parent = new SeededRandom(7)
  t.notDeepEqual(draw(parent.fork()), draw(parent))
})

test('numbers are uniform over their range', (t) => {
  const random = new SeededRandom(1)
  const counts = new Array<number>(6).fill(0)
  let sum = 0
  for (let i = 0; i < 60_000; i++) {
    const face = random.below(6)
    counts[face] = (counts[face] ?? 0) + 1
    sum += random.unit()
  }
  for (const count of counts) t.true(Math.abs(count - 10_000) < 500)
  t.true(Math.abs(sum / 60_000 - 0.5) < 0.01)
  t.throws(() => random.below(0), { instanceOf: RangeError, message: /bound is 0/ })
})

test('a logger drops what is below its level and puts the rest on one line', (t) => {
  const lines: string[] = []
  const logger = new StderrLogger({ level: 'info', write: (line) => lines.push(line) }).child({ kernel: 3 })
  logger.debug('unseen')
  logger.warn('link down', { reason: 'two\nlines', peer: 4 })
  t.deepEqual(lines, ['atoll warn: link down kernel=3 reason="two\\nlines" peer=4\n'])
})
