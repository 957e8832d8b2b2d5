type Log = (...values: unknown[]) => unknown

/** Functions and classes that are the whole body of an arrow. */
const curry = (f: (...values: number[]) => number) =>
  function self(this: unknown, ...given: number[]): unknown {
    return given.length >= f.length
      ? Reflect.apply(f, this, given)
      : (...more: number[]) => Reflect.apply(self, this, [...given, ...more])
  }

const compose =
  (...stages: ((context: string[], next: () => Promise<void>) => Promise<void>)[]) =>
  async (context: string[]) => {
    const dispatch = async (index: number): Promise<void> => {
      const stage = stages[index]
      if (stage) await stage(context, () => dispatch(index + 1))
    }
    await dispatch(0)
    return context.join('')
  }

const mixin = (greeting: string) =>
  class Greeter {
    static readonly made = () => new Greeter('made')
    constructor(readonly name: string) {}
    later = async (times: number) => [greeting, this.name, times, Greeter.name].join(' ')
  }

const add =
  (a: number) =>
  async (b: number) =>
  (c: number) =>
  async () =>
    a + b + c

export async function main(log: Log) {
  const sum = curry((a, b, c) => a + b + c) as (...values: number[]) => (...values: number[]) => unknown
  log(sum(1, 2)(3), sum(1, 2, 3))
  const run = compose(
    async (context, next) => {
      context.push('<')
      await next()
      context.push('>')
    },
    async (context) => void context.push('in'),
  )
  log(await run([]))
  const Greeter = mixin('hello')
  log(await new Greeter('you').later(2), await Greeter.made().later(3))
  log(await (await add(1)(20))(300)())
  const local = (prefix: string) => async (name: string) => () => prefix + name
  log((await local('a')('b'))())
}
