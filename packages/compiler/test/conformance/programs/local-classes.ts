type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const unique = Symbol('unique')

async function effects(log: Log): Promise<void> {
  let serial = 0
  const key = (name: string): string => {
    log('key', name)
    return name + ++serial
  }
  let base: new () => object = class First {
    kind = 'first'
  }
  const trace = (value: number): number => {
    log('static', value)
    return value
  }
  class Local extends base {
    static [key('a')] = trace(1)
    static b = trace(2)
    static {
      log('block', this.name, this.b, Local === this)
      var inBlock = trace(3)
      this.b += inBlock
    }
    static #hidden = trace(4)
    static removed = trace(5);
    [key('c')] = 'field';
    [unique] = 'symbol'
    async [key('m')](): Promise<unknown[]> {
      return [Local.b, await tick(Local.#hidden), new.target]
    }
    get [key('g')](): number {
      return Local.#hidden++
    }
    static maker = () => new this()
    static late = async (): Promise<number> => Local.#hidden + (await tick(100))
    static {
      delete (this as any).removed
      log('end', Reflect.ownKeys(this))
    }
  }
  base = class Second {
    kind = 'second'
  }
  const object = new Local() as any
  log(await tick(object), Object.getOwnPropertyNames(Local.prototype))
  log(await object.m3(), object.g4, object.g4, await object.m3())
  await tick(0)
  log(Reflect.ownKeys(Local), Local.b, 'removed' in Local, await Local.late())
  const again = new Local() as any
  log(again.kind, again instanceof Local, again.constructor === object.constructor, Local.maker() instanceof Local)
  log(Object.getPrototypeOf(again) === Object.getPrototypeOf(object), Object.getPrototypeOf(Local).name)
}

async function awaited(log: Log): Promise<void> {
  const Base = async (): Promise<new () => object> => {
    log('base')
    return class {
      based = true
    }
  }
  class Local extends (await Base()) {
    static [await tick('x')] = 1;
    [await tick('y')] = 2
    async [await tick('z')](): Promise<number> {
      return (await tick(3)) + Object.keys(this).length
    }
  }
  const local = new Local() as any
  log(Object.keys(Local), local, await local.z())
  const Named = class Inner {
    static self = Inner
    static [await tick('q')] = () => Inner.name
  } as any
  log(Named.self === Named, Named.q(), await tick(Named.name))
  try {
    class Wrong extends (5 as any) {
      static [log('not evaluated') as any] = 1
    }
    log(Wrong)
  } catch (error) {
    log(`${error}`)
  }
  try {
    class Self extends (Self as any) {}
    log(Self)
  } catch (error) {
    log(`${error}`)
  }
  const nothing = class extends (null as any) {
    static async who(): Promise<string> {
      return await tick(this.name)
    }
  }
  log(await nothing.who(), Object.getPrototypeOf(nothing.prototype))
}

function mixin<B extends new (...args: any[]) => object>(Base: B) {
  return class Mixed extends Base {
    #count = 0
    static instances = 0
    static {
      Mixed.instances = 10
    }
    async next(): Promise<number> {
      Mixed.instances++
      return (this.#count += await tick(1))
    }
  }
}

class Plain {
  plain = 1
}

async function mixins(log: Log): Promise<void> {
  const Twice = mixin(mixin(Plain))
  const a = new Twice()
  log(await a.next(), await a.next(), Twice.instances, Object.keys(a), Reflect.ownKeys(Twice))
  const Other = mixin(Plain)
  const b = new Other()
  log(await b.next(), b instanceof Twice, a instanceof Plain, Twice.instances, Other.instances)
  const next = Twice.prototype.next
  try {
    log(await next.call(b as any))
  } catch (error) {
    log(`${error}`)
  }
}

async function builtins(log: Log): Promise<void> {
  const tag = await tick('tag')
  class Words extends Map<string, number> {
    static of(...words: string[]): Words {
      return new this(words.map((word, index) => [word, index]))
    }
    #total = 0
    override set(key: string, value: number): this {
      // The base's constructor calls this before there are fields.
      if (#total in this) this.#total += value
      return super.set(key, value)
    }
    async total(): Promise<string> {
      let sum = 0
      for (const [, value] of this) sum += await tick(value)
      return `${tag} ${sum} ${this.#total}`
    }
  }
  const words = Words.of('a', 'b', 'c')
  words.set('d', 10)
  log(await words.total(), words.size, words instanceof Map, words)
  class Later extends Promise<number> {
    #note = 'noted'
    note(): string {
      return this.#note
    }
  }
  const later = new Later((resolve) => resolve(7))
  const mapped = later.then((value) => value + 1) as Later
  log(later.note(), mapped.note(), await mapped, mapped instanceof Later)
  class Problem extends RangeError {
    #detail: string
    constructor(message: string, detail: string, options?: ErrorOptions) {
      super(message, options)
      this.#detail = detail
    }
    override get name(): string {
      return 'Problem'
    }
    async detail(): Promise<string> {
      return await tick(this.#detail)
    }
  }
  try {
    throw new Problem('wrong', 'in detail', { cause: await tick(1) })
  } catch (error) {
    const problem = error as Problem
    log(`${problem}`, await problem.detail(), problem.cause, problem instanceof RangeError)
  }
  class Tuple extends Array<number> {
    readonly #limit = 2
    async add(value: number): Promise<boolean> {
      if (this.length >= (await tick(this.#limit))) return false
      return this.push(value) > 0
    }
  }
  const tuple = new Tuple()
  log(await tuple.add(1), await tuple.add(2), await tuple.add(3), tuple.length, tuple)
}

/** A class's base may use its name, which can't be read before the class has been made. */
async function ownNames(log: Log): Promise<void> {
  let later: () => unknown = () => undefined
  const makers: (() => unknown)[] = [
    // @ts-expect-error used before its declaration
    () => class Early extends Early {},
    () => class Early extends (() => Early as never)() {},
    () => class Named extends ((later = () => Named), Object) {},
  ]
  for (const make of makers) {
    try {
      const made = make() as { name: string; key?: string }
      log(made.name, made.key, (await tick(later())) === made)
    } catch (error) {
      log(`${error}`)
    }
  }
}

export async function main(log: Log): Promise<void> {
  await ownNames(log)
  await effects(log)
  await awaited(log)
  await mixins(log)
  await builtins(log)
}
