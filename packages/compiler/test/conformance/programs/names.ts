type Log = (...values: unknown[]) => void

async function declared(_a: unknown, _b: unknown): Promise<void> {}
const arrow = async (_a: unknown): Promise<void> => {}
const anonymous = async function (_a: unknown, _b = 1, _c?: unknown): Promise<void> {}
const named = async function inner(..._rest: unknown[]): Promise<string> {
  return inner.name
}
function plain(_a: unknown): void {}
class Account {
  static async open(_name: string): Promise<void> {}
  async close(): Promise<void> {}
  get balance(): number {
    return 0
  }
}

const key = 'computed'
const symbol = Symbol('mark')
const object = {
  async method(_a: unknown): Promise<void> {},
  async [key](_a: unknown, _b: unknown): Promise<void> {},
  async [symbol](): Promise<void> {},
  property: async (): Promise<void> => {},
  'quoted key': async function (): Promise<void> {},
  async 42(): Promise<void> {},
}

type Fn = { name: string; length: number }

export async function main(log: Log): Promise<void> {
  const show = (f: Fn): void => log(f.name, f.length)
  for (const f of [declared, arrow, anonymous, named, plain, Account, Account.open, Account.prototype.close]) show(f)
  log(await named(1))
  for (const f of [object.method, object.computed, object[symbol], object.property, object['quoted key'], object[42]])
    show(f)
  log(Object.getOwnPropertyDescriptor(Account.prototype, 'balance')?.get?.name)

  const local = async (_x: unknown): Promise<void> => {}
  let assigned: Fn
  assigned = async (): Promise<void> => {}
  const { fromDefault = async (): Promise<void> => {} } = {} as { fromDefault?: () => Promise<void> }
  const [fromArray = async (_a: unknown, _b: unknown): Promise<void> => {}] = [] as ((
    a: unknown,
    b: unknown,
  ) => Promise<void>)[]
  async function inside(_a: unknown): Promise<void> {}
  const captured = 1
  const closure = async (_a: unknown): Promise<number> => captured
  function synchronous(_a: unknown, _b: unknown): number {
    return captured
  }
  class Local {
    value(): number {
      return captured
    }
  }
  for (const f of [local, assigned, fromDefault, fromArray, inside, closure, synchronous, Local]) show(f)
  log((async () => {}).name, async function () {}.name, (() => captured).name, function () {}.name)
  log([async () => captured].map((f) => f.name))
  const holder = { field: async () => captured, [key + 1]: () => captured }
  log(holder.field.name, holder['computed1']?.name)
  const classes = {
    [key + 2]: class {
      value = captured
    },
    [key + 3]: class {
      static readonly name = 'own'
    },
    [Symbol('symbolic')]: class {},
  }
  log(Reflect.ownKeys(classes).map((own) => (classes[own as string] as { name: string }).name))
  log(Object.keys(declared).length, 'prototype' in declared, 'prototype' in closure, 'prototype' in object.method)
  log(attempt(() => new (declared as unknown as new () => object)()))
  log(attempt(() => new (closure as unknown as new () => object)()))
}

function attempt(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return (error as Error).name
  }
}
