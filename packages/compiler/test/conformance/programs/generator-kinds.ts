type Log = (...values: unknown[]) => void
type Maker = new (...source: string[]) => (...args: unknown[]) => any

function* declared(): Generator<number> {
  yield 1
}

async function* declaredAsync(): AsyncGenerator<number> {
  yield 2
}

/** Methods that are called on something else fail as the language has it: at once, or by a rejected promise. */
async function misuse(log: Log, method: (this: unknown) => unknown): Promise<void> {
  for (const target of [undefined, 5, 'text', {}, [], Map, Promise.resolve(), new Map(), declaredAsync(), declared()]) {
    try {
      const result = method.call(target)
      log('gave', Object.prototype.toString.call(result), await result)
    } catch (error) {
      log((error as Error).name, (error as Error).message)
    }
  }
}

/** What tells generator functions from others: their prototypes, and the constructors behind these. */
export async function main(log: Log): Promise<void> {
  const local = function* (): Generator<unknown> { yield log } // prettier-ignore
  const localAsync = async function* (): AsyncGenerator<unknown> { yield log } // prettier-ignore
  const kinds = [
    [declared, local],
    [declaredAsync, localAsync],
  ] as const
  for (const functions of kinds) {
    const shared = Object.getPrototypeOf(functions[0])
    const Constructor = shared.constructor as Maker
    log(Constructor.name, Constructor.length, Object.getPrototypeOf(Constructor) === Function)
    log(Object.getOwnPropertyDescriptor(Constructor, 'prototype')?.value === shared)
    for (const fn of functions) {
      log(fn instanceof Constructor, Object.getPrototypeOf(fn) === Constructor.prototype, fn() instanceof fn)
      log(Object.getPrototypeOf(fn.prototype) === shared.prototype, await fn().next() !== undefined) // prettier-ignore
    }
    const made = new Constructor('a', 'b', 'const c = yield a + b; return [c]')
    log(made instanceof Constructor, made.length, Object.getPrototypeOf(made.prototype) === shared.prototype)
    const it = made(1, 2)
    log(await it.next(), await it.next('c'), await it.next(), await made(1, 1).return('r'))
    log(await (async () => made(1, 1).throw(new Error('thrown')))().catch((error: Error) => error.message))
    for (const method of ['next', 'return'] as const) await misuse(log, shared.prototype[method])
  }
}
