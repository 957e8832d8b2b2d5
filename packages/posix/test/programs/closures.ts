import { pthread_create, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

const counter = (): { next: () => number; reset: (to: number) => void } => {
  let count = 0
  return {
    next: () => ++count,
    reset: (to) => {
      count = to
    },
  }
}

async function perTurn(): Promise<void> {
  const readers: (() => number)[] = []
  const writers: ((n: number) => void)[] = []
  for (let i = 0; i < 4; i++) {
    readers.push(() => i)
    writers.push((n) => {
      i += n
    })
    await wander()
    if (i === 1) writers[1]?.(1) // changes this turn's variable, and with it the loop's course
  }
  console.log('per turn:', readers.map((read) => read()))
  writers[0]?.(100)
  await wander()
  console.log('apart:', readers.map((read) => read()))
}

async function shared(): Promise<void> {
  const { next, reset } = counter()
  next()
  await wander()
  next()
  console.log('shared by two closures:', next())
  reset(40)
  await wander()
  next()
  console.log('after the move:', next())
}

async function ofLoops(): Promise<void> {
  const closures: (() => string)[] = []
  for (const key of ['a', 'b']) {
    for (const n of [1, 2]) {
      await wander()
      closures.push(() => key + n)
    }
  }
  for (const key in { x: 0, y: 0 }) {
    await wander()
    closures.push(() => key)
  }
  let n = 0
  while (n < 2) {
    const here = n
    await wander()
    closures.push(() => `${here}/${n}`)
    n++
  }
  console.log(closures.map((closure) => closure()).join(' '))
}

async function recursive(): Promise<void> {
  const even = (n: number): boolean => n === 0 || odd(n - 1)
  const odd = (n: number): boolean => n !== 0 && even(n - 1)
  await wander()
  console.log('mutual:', even(10), odd(10))
}

async function asynchronous(): Promise<void> {
  const log: string[] = []
  const step = async (name: string): Promise<number> => {
    log.push(name)
    await wander()
    log.push(`${name} done`)
    return log.length
  }
  const total = (await step('first')) + (await step('second'))
  console.log(total, log)
}

class Account {
  balance = 0
  readonly deposit = async (amount: number): Promise<number> => {
    await wander()
    this.balance += amount
    return this.balance
  }
  async twice(amount: number): Promise<number> {
    const again = (): Promise<number> => this.deposit(amount)
    await again()
    return again()
  }
}

async function ofThis(): Promise<void> {
  const account = new Account()
  await account.twice(5)
  const { deposit } = account
  await wander()
  console.log('this:', await deposit(32), account.balance)
}

function* numbers(to: number): Generator<number> {
  for (let n = 1; n <= to; n++) yield n
}

async function handedOver(): Promise<void> {
  const base = { value: 30 }
  const offset = 10
  const thread = await pthread_create(null, async (n: number) => {
    base.value += 1 // its own copy
    await wander()
    return base.value + offset + n
  }, 1)
  base.value = 0
  console.log('handed over:', await pthread_join(thread), 'mine:', base.value)
}

async function parameters(a: number, b = a + 1, { c, ...rest }: Record<string, number> = { c: b, d: 4 }): Promise<void> {
  const read = (): unknown[] => [a, b, c, rest]
  await wander()
  a = 10
  await wander()
  console.log('parameters:', JSON.stringify(read()))
}

export async function main(): Promise<void> {
  await perTurn()
  await shared()
  await ofLoops()
  await recursive()
  await asynchronous()
  await ofThis()
  await handedOver()
  await parameters(1)
  let sum = 0
  for (const n of [...numbers(4)]) {
    await wander()
    sum += n
  }
  console.log('sum:', sum)
}
