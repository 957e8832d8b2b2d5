type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const symbol = Symbol('described')
const nameOf = (fn: unknown): string => JSON.stringify((fn as { name: unknown }).name)

class AtModule {
  [symbol] = () => {};
  ['in' + 'stance'] = async () => {}
  static ['sta' + 'tic'] = function () {};
  [1 + 1] = class {};
  ['named'] = function own() {};
  ['called'] = class { static name = 'its own' } // prettier-ignore
}

/** Anonymous functions and classes take their names from the place that they stand in. */
export async function main(log: Log): Promise<void> {
  class Local {
    [symbol] = () => log;
    ['in' + 'stance'] = async () => log
    static ['sta' + 'tic'] = function () {};
    [1 + 1] = class {};
    ['called'] = class { static name = 'its own' } // prettier-ignore
  }
  for (const made of [AtModule, Local]) {
    const [one, other] = [new made(), new made()] as unknown as Record<PropertyKey, object>[]
    for (const key of Reflect.ownKeys(one!)) log(key, await tick(nameOf(one![key])), one![key] === other![key])
    log(nameOf((made as unknown as { static: unknown }).static))
  }
  const behind = () => {}
  const __proto__ = { inherited: true }
  const literals: Record<string, any>[] = [
    { __proto__ }, // prettier-ignore
    { ['__proto__']: () => log },
    { __proto__() { return log } }, // prettier-ignore
    { async __proto__() { return log } }, // prettier-ignore
    { 0x10n: async () => {}, 0b11n() {}, async 1e3() {}, 1e-7: async () => {} } as never,
  ]
  for (const literal of literals) {
    await tick(0)
    log(Object.keys(literal), nameOf(Object.getPrototypeOf(literal)), literal['inherited'])
    for (const key of Object.keys(literal)) log(key, nameOf(literal[key]))
  }
  let target: unknown
  target = (() => {}) // prettier-ignore
  log(nameOf(behind), nameOf(target), await tick(0))
}
