import { atoll, pthread_create, pthread_join } from '@atoll/posix'

/** Thrown, and held by a `finally` block while the thread walks. */
class Pending extends Error {
  readonly label: string
  constructor(label: string) {
    super(`pending ${label}`)
    this.label = label
  }
}

interface Trail {
  moves: number
  checksum: number
  misplaced: number
  finallies: string[]
}

const next = (checksum: number, n: number): number => (Math.imul(checksum, 31) + n) >>> 0

/** Innermost of five frames: one step, with the loop's variable in a closure that is made before the move and called after it. */
async function step(kernels: readonly number[], turn: number, trail: Trail): Promise<() => number> {
  let captured = turn
  const read = (): number => captured++
  const to = kernels[turn % kernels.length] as number
  read()
  await atoll.migrate(to)
  if (atoll.here().kernel !== to) trail.misplaced++
  return read
}

async function stroll(kernels: readonly number[], from: number, moves: number, trail: Trail): Promise<void> {
  for (let turn = from; turn < from + moves; turn++) {
    const again = (): number => turn
    const read = await step(kernels, turn, trail)
    trail.checksum = next(trail.checksum, again() + read() - turn - 1)
    trail.moves++
  }
}

/** Walks inside a `finally` block whose exception waits. */
async function walkInFinally(kernels: readonly number[], from: number, moves: number, trail: Trail): Promise<void> {
  try {
    throw new Pending(`from ${from}`)
  } finally {
    await stroll(kernels, from, moves, trail)
    trail.finallies.push(`walked from ${from}`)
  }
}

async function leg(kernels: readonly number[], from: number, moves: number, trail: Trail): Promise<string> {
  try {
    await walkInFinally(kernels, from, moves, trail)
    return 'the exception was lost'
  } catch (error) {
    return error instanceof Pending ? error.label : String(error)
  }
}

async function walk({ moves, legs }: { moves: number; legs: number }): Promise<Trail & { pending: string[] }> {
  const kernels = atoll.kernels().map(({ kernel }) => kernel)
  const trail: Trail = { moves: 0, checksum: 1, misplaced: 0, finallies: [] }
  const pending: string[] = []
  for (let i = 0; i < legs; i++) pending.push(await leg(kernels, (i * moves) / legs, moves / legs, trail))
  return { ...trail, pending }
}

/** Expects the number of moves and of walkers: prints what they have to say, and what it ought to be. */
export async function main([, moves = '1000', walkers = '1']: string[]): Promise<number> {
  const count = Number(moves)
  const threads = []
  for (let i = 0; i < Number(walkers); i++) {
    threads.push(await pthread_create(null, walk, { moves: count, legs: 4 }))
  }
  let checksum = 1
  for (let turn = 0; turn < count; turn++) checksum = next(checksum, turn)
  let failures = 0
  for (const thread of threads) {
    const trail = await pthread_join<Trail & { pending: string[] }>(thread)
    const from = [0, 1, 2, 3].map((i) => `from ${(i * count) / 4}`)
    const isRight =
      trail.moves === count &&
      trail.checksum === checksum &&
      trail.misplaced === 0 &&
      trail.pending.join() === from.join() &&
      trail.finallies.join() === from.map((where) => `walked ${where}`).join()
    if (!isRight) failures++
    console.log(isRight ? `${count} moves, nothing lost, nothing twice` : trail)
  }
  return failures
}
