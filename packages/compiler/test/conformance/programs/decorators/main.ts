type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const events: string[] = []

function logged(method: any, context: ClassMethodDecoratorContext): any {
  events.push(`${context.kind} ${String(context.name)} ${context.static} ${context.private}`)
  context.addInitializer(function () {
    events.push(`initialized ${String(context.name)}`)
  })
  return async function (this: unknown, ...args: unknown[]) {
    events.push(`call ${String(context.name)} ${args.join()}`)
    const result: unknown = await method.apply(this, args)
    events.push(`end ${String(context.name)}`)
    return result
  }
}

const times =
  (factor: number) =>
  (_: undefined, context: ClassFieldDecoratorContext): any => {
    events.push(`field ${String(context.name)}`)
    return (value: number) => value * factor
  }

function tracked(target: any, context: ClassAccessorDecoratorContext): any {
  events.push(`accessor ${String(context.name)}`)
  return {
    get(this: unknown) {
      events.push('get')
      return target.get.call(this) as unknown
    },
    set(this: unknown, value: unknown) {
      events.push(`set ${String(value)}`)
      target.set.call(this, value)
    },
    init: (value: number) => value + 100,
  }
}

function sealed(target: any, context: ClassDecoratorContext): any {
  events.push(`class ${context.name}`)
  target.marked = true
}

@sealed
class Model {
  #secret = 5
  @times(3) width = 2
  @tracked accessor height = 1
  @logged async area(scale: number): Promise<number> {
    this.height = (await tick(this.height)) + 1
    return this.width * this.height * scale * this.#secret
  }
  @logged static async make(): Promise<Model> {
    await tick(0)
    return new Model()
  }
}

namespace Settings {
  export let level = 1
  export const name = 'settings'
  export async function raise(): Promise<number> {
    level += await tick(2)
    return level
  }
  export namespace Inner {
    export let depth = level
  }
}

enum Color {
  Red,
  Green = 'green'.length,
  Blue,
  Named = 'named',
}
const enum Flag {
  A = 1 << 3,
  B = A | 1,
}

abstract class Animal {
  declare kind: string
  abstract sound(): Promise<string>
  constructor(
    readonly name: string,
    protected age = 3,
  ) {}
  async speak(): Promise<string> {
    return `${this.name} ${this.age} ${await this.sound()}`
  }
}

class Cat extends Animal {
  override async sound(): Promise<string> {
    return await tick('meow')
  }
}

async function local(log: Log): Promise<void> {
  let calls = 0
  const counted = (method: any, _: ClassMethodDecoratorContext): any =>
    function (this: unknown, ...args: unknown[]) {
      calls++
      return method.apply(this, args) as unknown
    }
  class Counter {
    #n = 0
    @counted async next(): Promise<number> {
      return (this.#n += await tick(1))
    }
  }
  const counter = new Counter()
  log(await counter.next(), await counter.next(), calls)
}

export async function main(log: Log): Promise<void> {
  const model = await Model.make()
  log(model.width, await model.area(2), (Model as any).marked, model.height, Object.keys(model))
  log(events.splice(0))
  log(await Settings.raise(), Settings.level, Settings.name, Settings.Inner.depth, Object.keys(Settings))
  log(Color.Red, Color[1], Color.Green, Color.Blue, Color.Named, Flag.B, Object.keys(Color))
  const cat = new Cat('tom')
  log(await cat.speak(), Object.keys(cat), 'kind' in cat)
  await local(log)
}
