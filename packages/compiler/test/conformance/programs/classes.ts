type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

class Shape {
  static count = 0
  static registry: string[] = []
  readonly id: number
  label = `shape ${Shape.count}`
  constructor(protected readonly sides: number) {
    this.id = ++Shape.count
    Shape.registry.push(new.target.name)
  }
  async area(): Promise<number> {
    return await tick(0)
  }
  async describe(): Promise<string> {
    return `${this.constructor.name} ${this.id} with ${this.sides} sides and area ${await this.area()}`
  }
  get doubled(): number {
    return this.sides * 2
  }
  set doubled(value: number) {
    ;(this as { sides: number }).sides = value / 2
  }
  static async total(shapes: Shape[]): Promise<number> {
    let sum = 0
    for (const shape of shapes) sum += await shape.area()
    return sum
  }
  toString(): string {
    return `Shape(${this.id})`
  }
}

class Square extends Shape {
  constructor(readonly width: number) {
    super(4)
  }
  override async area(): Promise<number> {
    return this.width * (await tick(this.width))
  }
  override get doubled(): number {
    return super.doubled + 1000
  }
  override set doubled(value: number) {
    super.doubled = value
  }
  override toString(): string {
    return `Square:${super.toString()}`
  }
}

class Failure extends Error {
  override name = 'Failure'
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message)
  }
}

const method = 'computed'
class Computed {
  async [method](): Promise<string> {
    return await tick('by key')
  }
  static async ['static' + 1](): Promise<string> {
    return await tick('static by key')
  }
  get [method + 'Getter'](): number {
    return 5
  }
  *[Symbol.iterator](): Generator<number> {
    yield 1
    yield 2
  }
  ['field' + 2] = 'computed field'
}

class Stack<T> extends Array<T> {
  async pushLater(value: T): Promise<number> {
    return this.push(await tick(value))
  }
}

abstract class Task {
  async run(): Promise<string> {
    await this.before?.()
    return await this.work()
  }
  protected before?(): Promise<void>
  protected abstract work(): Promise<string>
}

async function localClasses(log: Log, n: number): Promise<void> {
  class Local extends Task {
    log: string[] = []
    protected override async before(): Promise<void> {
      this.log.push(await tick('before'))
    }
    protected async work(): Promise<string> {
      n += await tick(1)
      return `${this.log}${n}`
    }
  }
  const task = new Local()
  log(await task.run(), await new Local().run(), n, task instanceof Task, Local.name)
  const Expression = class Named {
    async who(): Promise<string> {
      return Named.name + (await tick(''))
    }
  }
  log(Expression.name, await new Expression().who())
  const mixin = <B extends new (...args: any[]) => object>(Base: B) =>
    class extends Base {
      async mixed(): Promise<number> {
        return n * (await tick(10))
      }
    }
  const Mixed = mixin(Local)
  log(await new Mixed().mixed(), await new Mixed().run())
}

export async function main(log: Log): Promise<void> {
  const square = new Square(3)
  const shapes = [square, new Shape(3), new Square(2)]
  for (const shape of shapes) log(await shape.describe(), shape.label, String(shape), shape.doubled)
  square.doubled = 20
  log(square.doubled, await Shape.total(shapes), Shape.count, Shape.registry)
  log(await Square.total([square]), square instanceof Shape, Object.keys(square))

  try {
    throw new Failure('went wrong', await tick(7))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    log(error.name, error.message, error.code, error instanceof Error, String(error))
  }
  const computed: any = new Computed()
  log(
    await computed.computed(),
    await (Computed as any).static1(),
    computed.computedGetter,
    [...computed],
    computed.field2,
  )
  const stack = new Stack<number>()
  log(
    await stack.pushLater(1),
    await stack.pushLater(2),
    stack.length,
    stack instanceof Array,
    stack.map((x) => x) instanceof Stack,
  )
  await localClasses(log, 1)

  const object = {
    base: 10,
    get value() {
      return this.base + 1
    },
    set value(v: number) {
      this.base = v
    },
    async [`get${'Later'}`]() {
      return await tick(this.value)
    },
    __proto__: { async inherited(this: { base: number }) { return this.base + (await tick(0)) } }, // prettier-ignore
  } as any
  object.value = 20
  object.value += await tick(5)
  log(object.value, await object.getLater(), await object.inherited(), Object.keys(object))
  log(
    Object.getOwnPropertyNames(Square.prototype).sort(),
    Object.getOwnPropertyDescriptor(Shape.prototype, 'area')?.enumerable,
  )
}
