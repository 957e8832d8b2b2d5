import { sched_yield } from '@atoll/posix'
import { wander } from './support/wander.js'

async function labelled(): Promise<string> {
  const trace: string[] = []
  outer: for (let i = 0; i < 5; i++) {
    await wander()
    inner: for (let j = 0; ; j++) {
      await sched_yield()
      if (j === 3) continue outer
      if (i === 1) continue outer
      if (i === 2 && j === 1) break inner
      if (i === 4) break outer
      trace.push(`${i}${j}`)
    }
    trace.push(`after ${i}`)
  }
  block: {
    await wander()
    if (trace.length > 0) break block
    trace.push('never')
  }
  return trace.join(' ')
}

async function chosen(n: number): Promise<string> {
  let trace = ''
  switch (n) {
    default:
      await wander()
      trace += 'default '
    case await one(): {
      trace += 'one '
      const local = await one()
      trace += `local ${local} `
      break
    }
    case 2:
      trace += 'two '
      await wander()
    case 3:
      trace += 'three '
      return trace + 'returned'
  }
  return trace
}

const one = async (): Promise<number> => {
  await wander()
  return 1
}

async function finallyWins(): Promise<string> {
  const trace: string[] = []
  for (let turn = 0; turn < 3; turn++) {
    try {
      await wander()
      trace.push(`try ${turn}`)
      if (turn === 0) continue
      if (turn === 1) throw new Error('thrown')
      return trace.join(', ')
    } catch (error) {
      await wander()
      trace.push(`caught ${(error as Error).message}`)
    } finally {
      await wander()
      trace.push(`finally ${turn}`)
      await sched_yield()
    }
  }
  return 'not reached'
}

async function overridden(): Promise<string> {
  for (;;) {
    try {
      try {
        await wander()
        throw new Error('replaced')
      } finally {
        await wander()
        break
      }
    } finally {
      await wander()
    }
  }
  try {
    return 'first'
  } finally {
    await wander()
    return 'the finally block has the last word'
  }
}

async function errors(): Promise<string> {
  try {
    await one()
    ;(null as unknown as { boom: () => void }).boom()
  } catch (error) {
    await wander()
    try {
      throw new Error('second', { cause: error })
    } catch (again) {
      await wander()
      const { message, cause } = again as Error
      return `${message} after ${(cause as Error).name}`
    }
  }
  return 'not reached'
}

async function expressions(): Promise<string> {
  const object: { list: number[]; at: number } = { list: [1, 2, 3], at: 0 }
  object.list[object.at++] += (await one()) * 10
  object.list[object.at] = object.at + (await one())
  const text = `${await one()}${object.list[(await one()) + 1]}`
  const short = (await one()) > 1 || ((await one()) === 1 && 'short')
  const chain = (null as { f: (n: number) => number } | null)?.f(await one())
  const [a = await one(), b = 5] = [undefined, await one()]
  let assigned: number | null = null
  assigned ??= await one()
  assigned += await one()
  const spread = Math.max(...[await one(), 7], await one())
  return [object.list, text, short, chain, a, b, assigned, spread].map(String).join(' | ')
}

async function loops(): Promise<string> {
  let [whiles, dos, sum] = [0, 0, 0]
  while (whiles < (await one()) * 3) whiles++
  do {
    dos += await one()
  } while (dos < 4)
  for (let i = await one(), j = 10; i < j; i += await one(), j--) sum += i * j
  const keys: string[] = []
  for (const key in { b: 1, a: 2, 1: 3 }) {
    await wander()
    keys.push(key)
  }
  return `${whiles} ${dos} ${sum} ${keys.join('')}`
}

export async function main(): Promise<void> {
  console.log(await labelled())
  for (const n of [1, 2, 3, 9]) console.log(n, await chosen(n))
  console.log(await finallyWins())
  console.log(await overridden())
  console.log(await errors())
  console.log(await expressions())
  console.log(await loops())
}
