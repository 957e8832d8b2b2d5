type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function self(this: unknown): Promise<unknown> {
  await tick(0)
  return this
}

class Counter {
  n = 0
  static made = 0
  constructor() {
    Counter.made++
  }
  async add(by: number): Promise<this> {
    this.n += await tick(by)
    return this
  }
  async addAll(values: number[]): Promise<number> {
    for (const add of values.map((value) => async () => await this.add(value))) await add()
    await Promise.all(values.map(async () => (await tick(this)).n))
    const later = async () => {
      const inner = async () => this.n + (await tick(0))
      return await inner()
    }
    return await later()
  }
  static async make(): Promise<Counter> {
    await tick(0)
    return new this()
  }
  bound = async (by: number): Promise<number> => (this.n += await tick(by))
}

function Legacy(this: { target: unknown; later: () => Promise<boolean> }): void {
  this.target = new.target === Legacy
  this.later = async () => new.target === Legacy && (await tick(true))
}

export async function main(log: Log): Promise<void> {
  log((await self()) === undefined)
  log(await self.call('text'), await self.apply(5 as unknown as null), await self.call(null))
  const object = { self, nested: { self }, async own() { return (await tick(this)) === object } } // prettier-ignore
  log((await object.self()) === object, (await object.nested.self()) === object.nested, await object.own())
  log((await object['self']()) === object, (await (0, object.self)()) === undefined)
  const bound = self.bind(object)
  log((await bound()) === object, (await bound.call('other')) === object)

  const counter = new Counter()
  log(await counter.addAll([1, 2, 3]), counter.n)
  log(await (await counter.add(10)).bound(5))
  const { bound: detached } = counter
  log(await detached(1))
  log((await Counter.make()) instanceof Counter, Counter.made)
  const detachedMethod = counter.add
  log(await detachedMethod.call({ n: 1 } as Counter, 1))
  log(await detachedMethod(1).catch((error: Error) => error.name))

  const legacy = new (Legacy as unknown as new () => { target: boolean; later: () => Promise<boolean> })()
  log(legacy.target, await legacy.later())
  const proxied = new Proxy(self, {})
  log((await proxied.call(object)) === object)
  log(await Reflect.apply(self, 'reflected', []))
}
