import { pthread_create, pthread_join, PosixError } from '@atoll/posix'
import { wander } from './support/wander.js'

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get length(): number {
    return Math.hypot(this.x, this.y)
  }
}

class RangeViolation extends Error {
  constructor(
    readonly limit: number,
    options?: ErrorOptions,
  ) {
    super(`more than ${limit}`, options)
  }
  override get name(): string {
    return 'RangeViolation'
  }
}

interface Ring {
  next: Ring | null
  readonly label: string
}

const give = async <T>(value: T): Promise<T> => {
  await wander()
  return value
}

async function throwIt(what: unknown): Promise<never> {
  await wander()
  throw what
}

const result = async (value: unknown): Promise<unknown> => pthread_join(await pthread_create(null, give, value))

async function thrown(what: unknown): Promise<unknown> {
  try {
    await pthread_join(await pthread_create(null, throwIt, what))
  } catch (error) {
    return error
  }
  return 'nothing was thrown'
}

export async function main(): Promise<void> {
  console.log(await result(undefined), await result(null), await result(-0), await result(12n), await result('ä€😀'))
  console.log(await result([1, , 3]), await result(new Map([[{ k: 1 }, new Set(['a'])]])))
  console.log(await result(new Date(0)), await result(/x+/gi), await result(new Uint16Array([1, 65535])))

  const point = (await result(new Point(3, 4))) as Point
  console.log(point instanceof Point, point.length)

  const ring: Ring = { label: 'ring', next: null }
  ring.next = ring
  const copy = (await result(ring)) as Ring
  console.log('cycle kept:', copy.next === copy, 'copied:', copy !== ring)

  const shared = { n: 1 }
  const [a, b] = (await result([shared, shared])) as [object, object]
  console.log('identity kept:', a === b, 'copied:', a !== shared)

  const step = 5
  const add = (await result((n: number) => n + step)) as (n: number) => number
  console.log('closure:', add(37))

  const error = await thrown(new RangeViolation(9, { cause: new TypeError('deep') }))
  if (!(error instanceof RangeViolation)) throw new Error('the class was lost')
  console.log(error.name, error.message, error.limit, error.cause instanceof TypeError, String(error.cause))
  console.log('stack names the thrower:', /throwIt|result|main/.test(error.stack ?? ''))

  const coded = await thrown(Object.assign(new Error('no such thing'), { code: 'ENOTHING' }))
  console.log(coded instanceof Error && coded.message, (coded as { code?: string }).code)
  console.log('other values:', await thrown(42), await thrown(undefined), await thrown(null))

  const posix = await thrown(new PosixError('EBUSY', 'made_up', 'by hand'))
  if (posix instanceof PosixError) console.log(posix.message, posix.code, posix.errno, posix.syscall)

  // Results wait for their joiner, in any order of joining.
  const threads = []
  for (let i = 0; i < 5; i++) threads.push(await pthread_create(null, give, i))
  const results = []
  for (const thread of threads.reverse()) results.push(await pthread_join(thread))
  console.log(results)
  console.log('plain start routine:', await pthread_join(await pthread_create(null, (n: number) => n * 2, 21)))
  console.log('no argument:', await pthread_join(await pthread_create(null, (...all: unknown[]) => all.length)))
}
