// Random trees of Promise.all, allSettled, any and race over calls that take different times: each ends as its parts say it must.
import { nanosleep } from '@atoll/posix'

interface Leaf {
  readonly ms: number
  readonly fails: boolean
  /** Awaited by way of a promise that is not the thread's own. */
  readonly foreign: boolean
}

interface Branch {
  readonly kind: 'all' | 'allSettled' | 'any' | 'race'
  readonly parts: readonly Tree[]
}

type Tree = Leaf | Branch

interface End {
  readonly ms: number
  readonly value: unknown
  readonly thrown: boolean
}

/** How the tree must end: no two of its leaves take the same time. */
function expected(tree: Tree): End {
  if ('ms' in tree) return { ms: tree.ms, value: tree.fails ? `error ${tree.ms}` : tree.ms, thrown: tree.fails }
  const ends = tree.parts.map(expected)
  const first = (some: readonly End[]): End | undefined => [...some].sort((a, b) => a.ms - b.ms)[0]
  const ms = Math.max(0, ...ends.map((end) => end.ms))
  const values = ends.map(({ value }) => value)
  switch (tree.kind) {
    case 'race':
      return first(ends) as End
    case 'any':
      return first(ends.filter(({ thrown }) => !thrown)) ?? { ms, value: values, thrown: true }
    case 'all':
      return first(ends.filter(({ thrown }) => thrown)) ?? { ms, value: values, thrown: false }
    case 'allSettled':
      return { ms, value: ends.map(({ value, thrown }) => [thrown, value]), thrown: false }
  }
}

async function leaf({ ms, fails, foreign }: Leaf): Promise<number> {
  if (foreign) await new Promise((resolve) => setTimeout(resolve, ms))
  else await nanosleep(ms)
  if (fails) throw new RangeError(`error ${ms}`)
  return ms
}

async function evaluate(tree: Tree): Promise<unknown> {
  if ('ms' in tree) return leaf(tree)
  switch (tree.kind) {
    case 'all':
      return await Promise.all(tree.parts.map(evaluate))
    case 'race':
      return await Promise.race(tree.parts.map(evaluate))
    case 'any':
      return await Promise.any(tree.parts.map(evaluate))
    case 'allSettled': {
      const ends = await Promise.allSettled(tree.parts.map(evaluate))
      return ends.map((end) => (end.status === 'fulfilled' ? [false, end.value] : [true, plain(end.reason)]))
    }
  }
}

const plain = (error: unknown): unknown =>
  error instanceof AggregateError ? error.errors.map(plain) : (error as Error).message

function grow(times: number[], depth: number): Tree {
  const leaves = (): Leaf => ({
    ms: times.pop() as number,
    fails: Math.random() < 0.4,
    foreign: Math.random() < 0.2,
  })
  if (depth === 0 || Math.random() < 0.25) return leaves()
  const kinds = ['all', 'allSettled', 'any', 'race'] as const
  const kind = kinds[Math.floor(Math.random() * 4)] ?? 'all'
  return { kind, parts: Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => grow(times, depth - 1)) }
}

const shuffled = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => ({ ms: 10 * (i + 1), at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ ms }) => ms)

export async function main([, count = '10']: string[]): Promise<void> {
  let wrong = 0
  for (let i = 0; i < Number(count); i++) {
    const tree = grow(shuffled(40), 3)
    const { value, thrown } = expected(tree)
    let actual: { value: unknown; thrown: boolean }
    try {
      actual = { value: await evaluate(tree), thrown: false }
    } catch (error) {
      actual = { value: plain(error), thrown: true }
    }
    if (JSON.stringify(actual) === JSON.stringify({ value, thrown })) continue
    wrong++
    console.log(JSON.stringify(tree), 'gave', JSON.stringify(actual), 'not', JSON.stringify({ value, thrown }))
  }
  console.log(wrong, 'wrong')
}
