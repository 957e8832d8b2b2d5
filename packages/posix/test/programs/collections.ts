import { nanosleep } from '@atoll/posix'
import { wander } from './support/wander.js'

class Node {
  next: Node | null = null
  constructor(
    readonly label: string,
    readonly owner: List,
  ) {}
}

class List {
  readonly heads = new Map<string, Node>()
  get size(): number {
    return this.heads.size
  }
  async push(label: string): Promise<Node> {
    const node = new Node(label, this)
    await wander()
    node.next = [...this.heads.values()].pop() ?? null
    this.heads.set(label, node)
    return node
  }
}

class Stack<T> extends Array<T> {
  peek(): T | undefined {
    return this[this.length - 1]
  }
}

export async function main(): Promise<void> {
  const list = new List()
  const first = await list.push('first')
  const second = await list.push('second')
  first.next = second // a cycle through both, and through their owner
  await wander()
  console.log('cycle:', first.next.next === first, second.owner === list, list.heads.get('first') === first)
  console.log('methods:', list.size, list instanceof List, (await list.push('third')).next === second)

  const keys = [{ id: 1 }, { id: 2 }]
  const byObject = new Map(keys.map((key, i) => [key, i]))
  const seen = new Set<unknown>([keys[0], NaN, -0, 'text', keys])
  await wander()
  console.log('keys by identity:', keys.map((key) => byObject.get(key)), seen.has(keys[0]), seen.has(NaN), seen.size)

  // Collections in the midst of being walked, and changed on the way.
  const walked: unknown[] = []
  const growing = new Map([[1, 'one']])
  for (const [key, value] of growing) {
    await wander()
    walked.push(value)
    if (key < 4) growing.set(key + 1, `${value}+`)
  }
  const shrinking = new Set(['a', 'b', 'c', 'd'])
  for (const each of shrinking) {
    walked.push(each)
    await wander()
    if (each === 'b') shrinking.delete('c')
  }
  for (const [i, each] of ['x', 'y'].entries()) {
    await wander()
    walked.push(i, each)
  }
  console.log(walked.join(' '))

  const stack = new Stack<number>()
  stack.push(1, 2)
  const sparse: number[] = []
  sparse[3] = 1
  const bytes = new Uint8Array([1, 2, 3, 4])
  const words = new Uint16Array(bytes.buffer, 2, 1)
  const big = new BigInt64Array([-1n])
  const date = new Date(86_400_000)
  const pattern = /(a+)/g
  pattern.lastIndex = 2
  const bare = Object.create(null) as Record<string, unknown>
  bare['key'] = 'bare'
  const frozen = Object.freeze({ frozen: true })
  const symbols = { [Symbol.for('registered')]: 1, [Symbol.iterator]: undefined }
  await wander()
  bytes[2] = 255
  console.log('subclass:', stack instanceof Stack, stack.peek(), 'holes:', sparse.length, 1 in sparse)
  console.log('one buffer:', words[0] === bytes[2] + 256 * (bytes[3] as number), big[0], bytes)
  console.log(date.toISOString(), pattern.source, pattern.flags, pattern.lastIndex, pattern.exec('aaaa')?.[0])
  console.log(Object.getPrototypeOf(bare), bare['key'], Object.isFrozen(frozen), symbols[Symbol.for('registered') as never])

  const error = new AggregateError([new RangeError('inner')], 'outer')
  const accessor = {
    base: 20,
    get twice(): number {
      return this.base * 2
    },
  }
  const deep: { n: number; below: unknown } = { n: 0, below: null }
  let top = deep
  for (let n = 1; n < 200; n++) top = { n, below: top }
  await nanosleep(1)
  await wander()
  accessor.base++
  console.log(error instanceof AggregateError, error.message, String(error.errors[0]), accessor.twice)
  let depth = 0
  for (let at: { below: unknown } | null = top; at !== null; at = at.below as { below: unknown } | null) depth++
  console.log('depth:', depth)
  const numbers = [0.1 + 0.2, 2 ** 53, -(2 ** 31), NaN, Infinity, 1e-320, 2n ** 70n]
  await wander()
  console.log(...numbers)
}
