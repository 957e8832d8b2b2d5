type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

const base: any = {
  label: 'base',
  get described() {
    return `described ${this.label}`
  },
  set assigned(value: unknown) {
    this.stored = `<${String(value)}>`
  },
  hello(name: string) {
    return `hello ${name} of ${this.label}`
  },
  async later(x: number) {
    return (await tick(x)) + this.label.length
  },
}

const ofModule: any = {
  __proto__: base,
  label: 'of module',
  hello(name: string) {
    return super.hello(name) + '!'
  },
  async later(x: number) {
    return (await super.later(await tick(x))) * 2
  },
  *walk() {
    yield super.hello('walker')
    yield super.described
  },
  arrow() {
    return () => super.hello('arrow')
  },
}

const stays: any = {
  __proto__: base,
  label: 'stays',
  hello(name: string) {
    return super.hello(name) + '?'
  },
  get described() {
    return super.described + '?'
  },
}

function made(label: string, log: Log): any {
  const key = `computed ${label}`
  return {
    label,
    ...log('spread', label) as any,
    hello(name: string) {
      return `${label}: ${super.hello(name)}`
    },
    __proto__: base,
    async later(x: number) {
      const add = async (y: number) => (await super.later(y)) + (await tick(1))
      return (await add(x)) + (await super.later(await tick(x)))
    },
    get described() {
      return `${super.described} by ${label}`
    },
    set assigned(value: unknown) {
      super.assigned = `${String(value)} by ${label}`
    },
    async *stream() {
      yield await super.later(1)
      for (const x of [1, 2]) yield super.hello(`stream ${x} ${await tick(label)}`)
    },
    *[key]() {
      yield super.label
      const inner = () => super.hello('inner')
      yield inner()
    },
    async [`async ${key}`]() {
      super.assigned = await tick('in async')
      super['stored'] = await tick('own')
      return super.hello?.(await tick('optional')) ?? 'none'
    },
    nested: {
      __proto__: { toString: () => 'nested base' },
      async toString() {
        const own = { toString: () => super.toString() }
        return `${await tick(own.toString())}`
      },
    },
    last: log('last', label),
  }
}

/** Accessors of literals in functions: computed, in pairs, replaced and replacing. */
async function accessors(log: Log): Promise<void> {
  let stored = 1
  const symbol = Symbol('described')
  const keys: string[] = []
  const key = (name: string): string => {
    keys.push(name)
    return name
  }
  const object: any = {
    first: keys.push('first'),
    get [key('a')]() {
      return stored
    },
    set [key('a')](value: number) {
      stored = value
    },
    get b() {
      return `b${stored}`
    },
    [key('c')]: await tick('c'),
    get [await tick(key('d'))]() {
      return 'd' + stored
    },
    get [symbol]() {
      return stored
    },
    get replaced() {
      return 'never seen'
    },
    replaced: 'replaced',
    replacing: 'never seen',
    get replacing() {
      return 'replacing'
    },
    ...{ b: 'b of a spread' },
    set only(value: number) {
      stored += value
    },
    get [1 + 1]() {
      return 'two'
    },
    get: 'get',
    set: 'set',
    get get2() {
      return this.get
    },
  }
  log(keys, Reflect.ownKeys(object))
  object.a = 5
  object.only = 2
  await tick(0)
  log(object.a, object.b, object.c, object.d, object[symbol], object.replaced, object.replacing, object.only, object[2])
  for (const name of Reflect.ownKeys(object)) {
    const { get, set, ...rest } = Object.getOwnPropertyDescriptor(object, name)!
    log(name, get?.name, set?.name, rest)
  }
  log(object.get2)
}

export async function main(log: Log): Promise<void> {
  log(ofModule.hello('x'), await ofModule.later(1), [...ofModule.walk()], ofModule.arrow()())
  log(stays.hello('y'), stays.described)
  for (const label of ['one', 'three']) {
    const object = made(label, log)
    await tick(0)
    log(object.hello('z'), await object.later(1), object.described, Object.keys(object))
    object.assigned = 'value'
    log(object.stored, object.hello.name, object.later.name)
    for await (const item of object.stream()) log(item)
    log([...object[`computed ${label}`]()], await object[`async computed ${label}`](), object.stored)
    log(await object.nested.toString())
    const { later } = object
    log(await later.call({ label: 'another' }, 3))
    const { get } = Object.getOwnPropertyDescriptor(object, 'described')!
    log(get!.name, get!.call({ label: 'third' }))
  }
  const held = []
  for (let i = 0; i < 3; i++) {
    held.push({
      __proto__: { value: () => `base ${i}` },
      value() {
        return `${super['value' as 'toString']()} own ${i}`
      },
    })
  }
  await tick(0)
  log(held.map((item) => item.value()))
  Object.setPrototypeOf(held[1]!, { value: () => 'changed' })
  await tick(0)
  log(held.map((item) => item.value()))
  await accessors(log)
}
