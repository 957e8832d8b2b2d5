/**
 * How fast threads are encoded and decoded, beside `structuredClone` of the same data without functions.
 * `node packages/kernel/dist/bench/values.js`
 */
import { closureRecord, decodeValues, encodeValues, ImageInstance, stamp, type Code, type Frame } from '../src/index.js'

const instance = new ImageInstance({ hash: 'bench', name: 'bench', code: '', sourceMap: '' })
const resume = (): never => {
  throw new Error('frames of the benchmark are not resumed')
}
const code = (line: number, slots: readonly string[]): Code =>
  instance.code(`samples/npb/ep.ts:${line}:3`, `step${line}`, [[line, 5, slots]], resume)

/** Five frames, four numbers and one small object each: the row `threads/move`. */
function light(): Frame {
  let stack: Frame | null = null
  for (const [i, $f] of LIGHT_CODES.entries()) {
    stack = { $f, $p: 0, $c: stack, a: i, b: i * 1000, c: i + 0.5, d: -i, o: { x: i, y: i * 2 } }
  }
  return stack as Frame
}
const LIGHT_CODES = [10, 20, 30, 40, 50].map((line) => code(line, ['a', 'b', 'c', 'd', 'o']))

class Account {
  owner: string
  balance: number
  history: unknown[] = []
  self: Account
  constructor(owner: string, balance: number) {
    this.owner = owner
    this.balance = balance
    this.self = this
  }
}
instance.names('samples/bank.ts', { Account: () => Account })
const template = instance.template('samples/bank.ts:7:9', 'add', 7, [], (environment) => {
  const captured = environment as { total: number }
  const add = (n: number): number => captured.total + n
  return stamp(add, template, [environment])
})

/** Six frames, a class instance in a cycle, Map, Set, Date, bytes, two closures that share an environment: `threads/move-heavy`. */
function heavy(): Frame {
  const account = new Account('ada', 1000)
  account.history.push(
    { at: new Date(1.7e12), amount: 12.5, by: account },
    { at: new Date(1.8e12), amount: -3, by: account },
  )
  const environment = { total: 7, label: 'sum' }
  const [plus, minus] = [template.make(environment), template.make(environment)]
  const index = new Map<string, unknown>([['ada', account], ['list', [1, 2, 3]], ['n', 5]]) // prettier-ignore
  const seen = new Set(['a', 'b', 'c'])
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 3)
  const slots = [
    { i: 3, account, plus },
    { i: 4, index, minus },
    { i: 5, seen, bytes },
    { i: 6, when: new Date(1.75e12), label: 'deposit' },
    { i: 7, list: [{ k: 1, v: 'one' }, { k: 2, v: 'two' }], environment }, // prettier-ignore
    { i: 8, done: false, error: null },
  ]
  let stack: Frame | null = null
  for (const [i, values] of slots.entries()) stack = { $f: HEAVY_CODES[i], $p: 0, $c: stack, ...values }
  return stack as Frame
}
const HEAVY_CODES = [
  code(110, ['i', 'account', 'plus']),
  code(120, ['i', 'index', 'minus']),
  code(130, ['i', 'seen', 'bytes']),
  code(140, ['i', 'when', 'label']),
  code(150, ['i', 'list', 'environment']),
  code(160, ['i', 'done', 'error']),
]

/** The same data for `structuredClone`: codes by id, closures by their environments. */
function withoutFunctions(frame: Frame | null): unknown {
  if (frame === null) return null
  const slots = Object.entries(frame).filter(([key]) => !key.startsWith('$'))
  const data = slots.map(([key, value]) => [
    key,
    typeof value === 'function' ? closureRecord(value)?.environments[0] : value,
  ])
  return { ...Object.fromEntries(data), $f: frame.$f.id, $p: frame.$p, $c: withoutFunctions(frame.$c) }
}

const context = { instance }
const WARM = 30_000
const SAMPLES = 15
const RUNS = 2_000

/** Microseconds per run, best and median of the samples. */
function time(run: () => unknown): string {
  for (let i = 0; i < WARM; i++) sink = run()
  const samples: number[] = []
  for (let s = 0; s < SAMPLES; s++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < RUNS; i++) sink = run()
    samples.push(Number(process.hrtime.bigint() - start) / RUNS / 1000)
  }
  samples.sort((a, b) => a - b)
  return `${samples[0]?.toFixed(2)} µs (median ${samples[SAMPLES >> 1]?.toFixed(2)})`
}
export let sink: unknown

for (const [name, make] of Object.entries({ light, heavy })) {
  const stack = make()
  const bytes = encodeValues([stack], context).slice()
  const clonable = withoutFunctions(stack)
  console.log(`${name}: ${bytes.length} bytes`)
  console.log(`  encode          ${time(() => encodeValues([stack], context))}`)
  console.log(`  decode          ${time(() => decodeValues(bytes, context))}`)
  console.log(`  structuredClone ${time(() => structuredClone(clonable))}`)
}
