import test from 'ava'
import { fillUniform, jump, MULTIPLIER, multiply, power } from '../npb/random.js'

const MODULUS = 2n ** 46n
const SEED = 314159265

test('a product modulo 2^46 equals that of unbounded integers, up to the largest states', (t) => {
  const states = [0, 1, 2 ** 23 - 1, 2 ** 23, 2 ** 45 + 1, 2 ** 46 - 1, SEED, MULTIPLIER]
  for (const a of states) {
    for (const x of states) t.is(BigInt(multiply(a, x)), (BigInt(a) * BigInt(x)) % MODULUS, `${a} · ${x}`)
  }
})

test('a power modulo 2^46 equals that of unbounded integers', (t) => {
  for (const exponent of [0, 1, 2, 3, 17, 1000]) {
    t.is(BigInt(power(MULTIPLIER, exponent)), BigInt(MULTIPLIER) ** BigInt(exponent) % MODULUS, `exponent ${exponent}`)
  }
})

test('a block holds the deviates that single steps give, and leaves the state after them', (t) => {
  const block = new Float64Array(1000)
  const after = fillUniform(block, SEED)
  let state = SEED
  for (const deviate of block) {
    state = multiply(MULTIPLIER, state)
    t.is(deviate, state * 2 ** -46)
  }
  t.is(after, state)
})

test('a jump lands where as many steps land', (t) => {
  t.is(jump(SEED, 0), SEED)
  t.is(jump(SEED, 4096), fillUniform(new Float64Array(4096), SEED))
  t.is(jump(jump(SEED, 12_345), 54_321), jump(SEED, 66_666))
})
