type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

class Base {
  label = 'base'
  find(): this | null {
    return this
  }
  maybe?: () => any
}

class Account extends Base {
  static #made = 0
  static #note(text: string): string {
    return `${text} ${++Account.#made}`
  }
  #next: Account | null = null
  #balance = 1
  #log: Log
  constructor(log: Log, next: Account | null = null) {
    super()
    this.#log = log
    this.#next = next
  }
  #add(n: number): number {
    this.#log('add', n)
    return (this.#balance += n)
  }
  #tag(strings: TemplateStringsArray, ...values: unknown[]): string {
    return `${strings.join('|')} ${values.join()} ${this.#balance}`
  }

  /** Called in default parameters. */
  async defaults(n: number, sum = this.#add(n), text = Account.#note(`n ${n}`), other = this.#next?.#add(sum)): Promise<unknown[]> {
    return [await tick(sum), text, other]
  }
  async patterns({ [Account.#note('key')]: a = this.#tag`x${1}y`, ...rest }: any = {}, [b = this.#next?.#next?.#add(1)]: any = []): Promise<unknown[]> {
    await tick(0)
    return [a, b, rest]
  }
  *generated(n = this.#add(2), f = (x = this.#add(n)) => x + this.#add(x)): Generator<number> {
    yield n
    yield f()
    yield f(1)
  }
  arrow = (n = this.#add(3), [m = (this.#next ?? this).#add(n)]: number[] = []) => [n, m, this.#balance]

  /** Called by chains in parentheses. */
  async parenthesized(other: Account | null): Promise<unknown[]> {
    const results: unknown[] = []
    results.push((this?.#add)(1), (this.#next?.#add)!(await tick(2)), (this.#next?.#next?.find)?.())
    results.push((this?.#tag)`a${await tick('b')}c`, (this.#next?.find)!() === this.#next)
    try {
      ;(other?.#add)!(await tick(3))
    } catch (error) {
      results.push((error as Error).name)
    }
    results.push((other?.#add)?.(4), await (this?.#later)(5))
    return results
  }
  async #later(n: number): Promise<number> {
    return (await tick(n)) + this.#balance
  }

  /** `super` in chains with private names. */
  async supers(): Promise<unknown[]> {
    await tick(0)
    const all = [super.find?.()?.#balance, super.maybe?.()?.#balance, super['find']?.()!.#add(await tick(1))]
    const arrow = () => super.find?.()?.#next?.label
    return [...all, arrow(), delete (super.find?.()?.#next as any)?.label, arrow()]
  }
}

export async function main(log: Log): Promise<void> {
  const account = new Account(log, new Account(log))
  log(await account.defaults(1), await account.defaults(1, 2), await account.defaults(1, 2, 'three', 4))
  log(await account.patterns(), await account.patterns({ 'key 3': 'given', other: 1 }, [1]))
  log([...account.generated()], account.arrow(), account.arrow(1, [2]))
  log(await account.parenthesized(null), await account.parenthesized(new Account(log)))
  log(await account.supers())
  log(account.defaults.length, account.patterns.length, account.arrow.length)
  const make = (start: number) => {
    class Local {
      #n = start
      #get(by = 1): number {
        return this.#n + by
      }
      async read(n = this.#get(), m = (() => (this?.#get)(n))()): Promise<number[]> {
        return [await tick(n), m, (this?.#get)()]
      }
    }
    return new Local()
  }
  log(await make(1).read(), await make(10).read(5))
}
