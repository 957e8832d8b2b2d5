type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

class Account {
  static #opened = 0
  static readonly #registry = new Map<string, Account>()
  #balance = 0
  readonly owner: string
  #history: string[] = [`opened with ${this.#balance}`]
  constructor(owner: string) {
    this.owner = owner
    Account.#opened++
    Account.#register(this)
  }
  static #register(account: Account): void {
    Account.#registry.set(account.owner, account)
  }
  static async #count(): Promise<number> {
    return await tick(Account.#opened)
  }
  static async find(owner: string): Promise<Account | undefined> {
    await tick(0)
    return (await Account.#count()) > 0 ? Account.#registry.get(owner) : undefined
  }
  static is(value: object): boolean {
    return #balance in value && #note in value
  }
  static async isLater(value: object): Promise<boolean> {
    return #balance in (await tick(value))
  }
  #note(text: string): this {
    this.#history.push(`${text}: ${this.#balance}`)
    return this
  }
  async #settle(amount: number): Promise<number> {
    this.#balance += await tick(amount)
    this.#balance ||= await tick(-1)
    this.#balance &&= this.#balance + (await tick(0))
    return this.#note('settled').#balance
  }
  get #double(): number {
    return this.#balance * 2
  }
  set #double(value: number) {
    this.#balance = value / 2
  }
  async deposit(amount: number): Promise<number> {
    const before = this.#balance
    this.#balance = before + (await tick(amount))
    this.#note('deposit')
    const later = (): number => this.#balance++ + this.#double
    const read = later()
    this.#double += await tick(2)
    ;[this.#balance, ...this.#history] = [this.#balance + 1, ...this.#history]
    ;({ x: this.#double } = { x: this.#double })
    return read + (await this.#settle(amount))
  }
  async describe(): Promise<string> {
    const parts: string[] = []
    for (const entry of this.#history) parts.push(await tick(entry))
    return `${this.owner}: ${parts.join(', ')}`
  }
  method(): unknown {
    return this.#note
  }
  async wrong(other: any): Promise<void> {
    await tick(0)
    other.#balance = 1
  }
  async read(other: any): Promise<unknown> {
    return (await tick(other)).#balance
  }
  async call(other: any): Promise<unknown> {
    return await other.#note('x')
  }
  async notCallable(): Promise<unknown> {
    return await (this as any).#history()
  }
  setMethod(): void {
    ;(this as any).#note = 1
  }
  peer: Account | undefined
  async chains(): Promise<unknown[]> {
    const none = undefined as Account | undefined
    const result: unknown[] = [none?.#balance, none?.peer.#history.length, this.peer?.#balance, none?.#note('no')]
    result.push(this.peer?.#history?.[await tick(0)])
    result.push(await none?.#settle(1), await this.peer?.#settle(await tick(3)), this.peer?.peer?.#note('x'))
    const f = (account?: Account) => account?.#note('arrow').#balance
    return [...result, f(), f(this), ((account?: Account) => account?.#history.length)(this.peer)]
  }
}

class Base {
  log: string[] = []
  constructor() {
    this.log.push(`Base sees ${this.name()}`)
  }
  name(): string {
    return 'base'
  }
}

class Ordered extends Base {
  #first = this.log.push('first')
  second = this.log.push('second')
  #third = this.log.push('third')
  #fourth = (() => this.log.push(`fourth after ${this.#third}`))();
  ['fi' + 'fth'] = this.log.push('fifth')
  #handler = async (x: number): Promise<number> => this.#first + (await tick(x))
  constructor() {
    super()
    this.log.push(`constructed ${this.#first} ${this.#fourth}`)
  }
  override name(): string {
    return #first in this ? 'has first' : 'has not'
  }
  #inherited(): string {
    return super.name() + this.#first
  }
  async inherited(): Promise<string> {
    return (await tick('>')) + this.#inherited() + (await this.#handler(1)) + (await this.#handler?.(await tick(2)))
  }
  optional?: () => number
}

class Counter {
  accessor count = 1
  static accessor total = 5
  accessor handler = () => this.count
  async bump(): Promise<number> {
    this.count += await tick(1)
    Counter.total++
    return this.count + this.handler()
  }
}

class Early {
  read = (() => {
    try {
      return this.#late
    } catch (error) {
      return `${error}`
    }
  })()
  #late = 'late'
  late = this.#late
}

class List extends Array<number> {
  #extra = 'extra'
  async extra(): Promise<string> {
    return (await tick(this.#extra)) + this.length
  }
  set extras(value: string) {
    this.#extra = value
  }
}

class Failing extends Error {
  #code: number
  constructor(message: string, code: number) {
    super(message)
    this.#code = code
  }
  get code(): number {
    return this.#code
  }
}

class Node {
  #next: Node | null = null
  #value: number
  constructor(value: number) {
    this.#value = value
  }
  link(next: Node): this {
    this.#next = next
    return this
  }
  async sum(limit: number): Promise<number> {
    let node: Node | null = this
    let sum = 0
    while (node && limit-- > 0) {
      sum += await tick(node.#value)
      node = node.#next
    }
    return sum
  }
}

async function attempt(log: Log, what: string, run: () => unknown): Promise<void> {
  try {
    log(what, await run())
  } catch (error) {
    // The bundler renames classes, and the engine names the class of a private method.
    const message = (error as Error).message.replace(/Account\d/, 'Account')
    log(what, (error as Error).constructor.name, message)
  }
}

async function local(log: Log): Promise<void> {
  let made = 0
  class Cell<T> {
    static #cells = 0
    static #names = new Set<string>()
    #value: T
    #id = ++made
    constructor(value: T) {
      this.#value = value
      Cell.#cells++
      Cell.#names.add(`cell ${this.#id}`)
    }
    #format(prefix: string): string {
      return `${prefix}${this.#id}:${String(this.#value)}`
    }
    async get(): Promise<string> {
      return this.#format(await tick('#'))
    }
    async update(f: (value: T) => Promise<T>): Promise<this> {
      this.#value = await f(this.#value)
      return this
    }
    format(): (prefix: string) => string {
      return this.#format
    }
    static same(a: object): boolean {
      return #id in a
    }
    static async count(): Promise<unknown[]> {
      return [await tick(Cell.#cells), ...Cell.#names]
    }
  }
  const cells = [new Cell(1), new Cell('two' as any)]
  const other = await makeCell()
  log(await cells[0].get(), await cells[1].get(), Cell.same(cells[0]), Cell.same(other), Cell.same({}))
  const format = cells[0].format()
  await tick(0)
  log(format.name, format.call(cells[1], 'f'), cells[0].format() === cells[1].format(), format === cells[0].format())
  await attempt(log, 'foreign', () => format.call(other as any, ''))
  const updated = await cells[0].update(async (value) => value + (await tick(10)))
  log(updated === cells[0], await updated.get(), await Cell.count(), made)
  class Sub extends Cell<number> {
    #own = 'own'
    override async get(): Promise<string> {
      return (await super.get()) + this.#own
    }
  }
  log(await new Sub(5).get(), await Cell.count())
}

async function makeCell(): Promise<object> {
  class Cell {
    #id = 1
    id(): number {
      return this.#id
    }
  }
  return new Cell()
}

export async function main(log: Log): Promise<void> {
  const ann = new Account('ann')
  log(await ann.deposit(10), await ann.deposit(0.5), await ann.describe())
  log((await Account.find('ann'))?.owner, await Account.find('bob'))
  log(Account.is(ann), Account.is({}), await Account.isLater(ann), await Account.isLater([]))
  log(Object.keys(ann), JSON.stringify(ann), Reflect.ownKeys(ann))
  const method = ann.method() as { name: string; length: number }
  log(method.name, method.length, method === new Account('eve').method())
  for (const wrong of [{}, null, undefined, 5, new Proxy(ann, {})]) {
    await attempt(log, 'read', () => ann.read(wrong))
    await attempt(log, 'write', () => ann.wrong(wrong))
    await attempt(log, 'call', () => ann.call(wrong))
    await attempt(log, 'in', () => Account.isLater(wrong as object))
  }
  await attempt(log, 'not callable', () => ann.notCallable())
  await attempt(log, 'set method', () => ann.setMethod())
  ann.peer = new Account('peer')
  log(await ann.chains())

  const ordered = new Ordered()
  log(ordered.log, ordered.name(), Reflect.ownKeys(ordered), await ordered.inherited())
  const counter = new Counter()
  log(await counter.bump(), await counter.bump(), Counter.total, Reflect.ownKeys(counter), counter.handler.name)
  log(new Early())
  const list = new List()
  list.push(1, 2)
  list.extras = 'more'
  log(await list.extra(), list.map((x) => x) instanceof List)
  const failing = new Failing('failed', 7)
  await tick(0)
  log(failing.code, failing.message, failing instanceof Error)
  const first = new Node(1)
  first.link(new Node(2).link(first))
  log(await first.sum(5))
  const frozen = Object.freeze(new Account('frozen'))
  log(await frozen.deposit(1), Object.isFrozen(frozen))
  await local(log)
}
