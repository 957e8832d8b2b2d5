type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

class Base {
  static made = 0
  static label = 'base'
  protected stored = 'base'
  readonly args: unknown[]
  constructor(...args: unknown[]) {
    this.args = args
    Base.made++
  }
  get value(): string {
    return this.stored
  }
  set value(value: string) {
    this.stored = `<${value}>`
  }
  get fixed(): number {
    return 1
  }
  async greet(name: string): Promise<string> {
    return await tick(`hello ${name} ${this.stored}`)
  }
  static async describe(): Promise<string> {
    return await tick(`${this.label}`)
  }
}

class Derived extends Base {
  field = super.value
  #greeting = () => super.greet('field')
  #private(): string {
    return super.value
  }
  set #written(value: string) {
    super.value = value
  }
  static override label = 'derived'
  static parent = super.label
  static {
    this.parent += super.label
  }
  async assign(): Promise<unknown[]> {
    super.value = await tick('x')
    super.value += await tick('y')
    const arrow = () => (super.value = 'z')
    const first = this.value
    const result = arrow()
    ;[super.value] = [await tick('w')]
    ;({ a: super.value } = { a: this.value })
    const computed = 'value'
    super[computed] = `${super[computed]}${await tick('!')}`
    ;(super['new' as 'value'] as any) = 'own'
    return [first, result, this.value, Object.keys(this)]
  }
  async fixedFails(): Promise<void> {
    await tick(0)
    ;(super.fixed as any) = 2
  }
  override async greet(name: string): Promise<string> {
    const greet = async (): Promise<string> => (await super.greet(name)) + (await tick('!'))
    this.#written = 'written'
    return (await greet()) + (await this.#greeting()) + this.#private() + (await super.greet(await tick('last')))
  }
  static override async describe(): Promise<string> {
    const later = async () => super.describe()
    return `${await super.describe()} ${await later()} ${super.label} ${this.parent}`
  }
}

class InArrow extends Base {
  own = 1
  readonly how: string
  constructor(how: string) {
    const construct = (...args: unknown[]) => super(...args, how)
    const check = () => {
      try {
        return `${this.own}`
      } catch (error) {
        return `${error}`
      }
    }
    const before = check()
    const made = construct('a', 'b')
    const again = () => super('again')
    let twice = ''
    try {
      again()
    } catch (error) {
      twice = `${error}`
    }
    this.how = `${before} ${check()} ${made === this} ${twice}`
  }
}

class Conditional extends Base {
  late = (() => this.args.length)()
  constructor(early: boolean) {
    if (early) super(1)
    else [1].forEach(() => super(1, 2))
  }
}

class NotCalled extends Base {
  constructor(call: boolean) {
    const f = () => super()
    if (call) f()
  }
}

class Target {
  readonly names: string[] = []
  constructor() {
    const arrow = () => new.target.name
    this.names.push(new.target.name, arrow())
  }
  async later(): Promise<unknown> {
    const f = function (this: unknown) {
      return async () => [new.target?.name, await tick(1)]
    } as any
    return [await f()(), await new f()()]
  }
}
class SubTarget extends Target {}

async function local(log: Log): Promise<void> {
  const suffix = await tick('local')
  class Local extends Derived {
    constructor(x: number) {
      const make = () => super(x, suffix)
      make()
    }
    override async greet(name: string): Promise<string> {
      const inner = async (): Promise<string> => await super.greet(name + suffix)
      super.value = await tick('local value')
      return await inner()
    }
  }
  const object = new Local(5)
  log(object.args, await object.greet('you'), object.value)
}

export async function main(log: Log): Promise<void> {
  const derived = new Derived(1)
  log(derived.field, await derived.assign(), await derived.greet('you'), await Derived.describe())
  try {
    await derived.fixedFails()
  } catch (error) {
    log(`${error}`.replace('#<_', '#<')) // the bundler renames classes
  }
  const made = new InArrow('how')
  log(made.how, made.args, made.own, Base.made)
  log(new Conditional(true).late, new Conditional(false).late, new NotCalled(true).args)
  try {
    log(new NotCalled(false))
  } catch (error) {
    log(`${error}`)
  }
  log(new SubTarget().names, await new Target().later())
  await local(log)
  await deletions(log)
}

/** No property of `super` can be deleted; its key is evaluated all the same. */
async function deletions(log: Log): Promise<void> {
  class Deleting extends Base {
    async later(): Promise<boolean> {
      return delete super[await tick('greet')]
    }
    behind(): () => boolean {
      // @ts-expect-error it always fails
      return () => delete super.greet
    }
    static *each(): Generator<boolean> {
      yield delete super[(log('key'), 'made')]
    }
  }
  const ways = [() => new Deleting(0).later(), () => new Deleting(0).behind()(), () => [...Deleting.each()]]
  for (const way of ways) {
    try {
      log(await way())
    } catch (error) {
      log(`${error}`)
    }
  }
}
