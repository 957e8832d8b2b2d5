import { wander } from './support/wander.js'

class Lease {
  readonly name: string
  readonly log: string[]
  constructor(name: string, log: string[]) {
    this.name = name
    this.log = log
  }
  [Symbol.dispose](): void {
    this.log.push(`released ${this.name}`)
  }
}

class RemoteLease extends Lease {
  async [Symbol.asyncDispose](): Promise<void> {
    this.log.push(`releasing ${this.name}`)
    await wander()
    this.log.push(`released ${this.name} elsewhere`)
  }
}

/** Resources move with the block that holds them, and so does a release in progress. */
async function held(): Promise<string> {
  const log: string[] = []
  for (const turn of [1, 2]) {
    await using remote = new RemoteLease(`remote ${turn}`, log)
    using local = new Lease(`local ${turn}`, log)
    await wander()
    log.push(`in ${remote.name} with ${local.name}`)
    if (turn === 1) continue
    using closure = { [Symbol.dispose]: () => void log.push(`closed over ${turn}`) }
    await wander()
    log.push(typeof closure)
  }
  return log.join('; ')
}

async function failing(): Promise<string> {
  try {
    using first = { [Symbol.dispose]: () => { throw new Error('first') } } // prettier-ignore
    await wander()
    await using second = { [Symbol.asyncDispose]: async () => { await wander(); throw new Error('second') } } // prettier-ignore
    throw new Error(`body of ${typeof first} ${typeof second}`)
  } catch (error) {
    const { name, error: last, suppressed } = error as SuppressedError
    const { error: earlier, suppressed: body } = suppressed as SuppressedError
    return [name, last, earlier, body].map((item) => (item instanceof Error ? item.message : String(item))).join(', ')
  }
}

/** A pattern that awaits holds its place in what it takes apart. */
async function patterns(): Promise<string> {
  const moved = async (text: string): Promise<string> => {
    await wander()
    return text
  }
  const [a = await moved('a'), b, c = await moved('c')] = ['', 'b'].map((item) => item || undefined)
  const [[key = '', value = await moved('value')] = [], last = [await moved('last')]] = new Map<string, string | undefined>([
    ['key', undefined],
  ])
  const [first, second = await moved('second')] = 'x'
  return [a, b, c, key, value, ...last, first, second].join(' ')
}

/** Keys still to come are known wherever the loop goes on. */
async function keys(): Promise<string> {
  const seen: string[] = []
  const object: Record<string, number> = { a: 1, b: 2, c: 3 }
  for (const key in object) {
    await wander()
    if (key === 'a') delete object['b']
    seen.push(key)
  }
  return seen.join(' ')
}

export async function main(): Promise<void> {
  for (const routine of [held, failing, patterns, keys]) console.log(await routine())
}
