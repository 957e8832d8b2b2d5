type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

class Base {
  static kind = 'base'
  v = 1
  async m(x: number): Promise<number> {
    return this.v + (await tick(x))
  }
  static async make(): Promise<string> {
    return `made ${this.kind} ${await tick('')}`
  }
}

class Derived extends Base {
  static override kind = 'derived'
  override v = 2
  override async m(x: number): Promise<number> {
    const inherited = await super.m(await tick(x))
    const inArrow = async () => await super.m(inherited)
    return inherited * 100 + (await inArrow())
  }
  static override async make(): Promise<string> {
    return `${await super.make()}!`
  }
}

export async function main(log: Log): Promise<void> {
  log(await new Derived().m(5), await Derived.make())
}
