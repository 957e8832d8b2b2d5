import { wander } from './support/wander.js'

class Account {
  static #serial = 0
  readonly name: string
  #balance = 0
  #peers = new Set<Account>()
  readonly #id = ++Account.#serial
  constructor(name: string) {
    this.name = name
  }
  #note(text: string): string {
    return `${text} ${this.name}#${this.#id} has ${this.#balance}`
  }
  async pay(other: Account, amount: number): Promise<string> {
    this.#peers.add(other)
    other.#peers.add(this)
    await wander()
    this.#balance -= amount
    other.#balance += amount
    await wander()
    return `${this.#note('payer')}, ${other.#note('payee')}, ${[...other.#peers].every((peer) => peer.#peers.has(other))}`
  }
}

async function local(prefix: string): Promise<string> {
  let evaluated = 0
  class Counter extends Account {
    static #made = 0
    static labels: string[] = []
    #count = ++Counter.#made
    static {
      evaluated++
      this.labels.push('first')
    }
    async [`${prefix}Next`](): Promise<number> {
      const add = async (n: number): Promise<number> => (this.#count += n)
      await wander()
      return await add(10)
    }
    static async made(): Promise<string> {
      await wander()
      return `${Counter.#made} ${this.labels.join()}`
    }
  }
  const counters = [new Counter('a'), new Counter('b')] as (Counter & { moveNext(): Promise<number> })[]
  Counter.labels.push('second')
  const results: number[] = []
  for (const counter of counters) results.push(await counter.moveNext(), await counter.moveNext())
  return `${results.join()} ${await Counter.made()} ${evaluated} ${counters.every((counter) => counter instanceof Counter)}`
}

/** Private state, of classes of the module and of local ones, goes with objects wherever these go. */
export async function main(): Promise<void> {
  const [ann, bob] = [new Account('ann'), new Account('bob')]
  console.log(await ann.pay(bob, 5))
  console.log(await bob.pay(ann, 2))
  console.log(await local('move'))
}
