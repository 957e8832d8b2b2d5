type Log = (...values: unknown[]) => void

/** Says what is asked of it. */
function told(log: Log, name: string, then: unknown): any {
  return {
    get then() {
      log(`${name}.then is read`)
      return then
    },
    get constructor() {
      log(`${name}.constructor is read`)
      return Object
    },
  }
}

const plain = (value: unknown): unknown => value

const awaits = async (value: any): Promise<unknown> => await value

const returns = async (value: any): Promise<unknown> => value

export async function main(log: Log): Promise<void> {
  const fulfils = (resolve: (value: unknown) => void): void => {
    log('called')
    resolve('value')
    throw new Error('too late')
  }
  const rejects = (_: unknown, reject: (error: unknown) => void): void => reject(new Error('rejected'))
  const throws = (): never => {
    throw new Error('thrown by then')
  }
  log(await told(log, 'awaited', fulfils))
  log(await (plain(told(log, 'called', fulfils)) as any))
  log(await awaits(told(log, 'inner', fulfils)))
  log(await returns(told(log, 'returned', fulfils)))
  for (const [name, then] of Object.entries({ rejects, throws })) {
    try {
      await told(log, name, then)
    } catch (error) {
      log(error)
    }
  }
  log(typeof (await told(log, 'not callable', 1)))
  try {
    await {
      get then() {
        log('getter')
        throw new Error('thrown by the getter')
      },
    }
  } catch (error) {
    log(error)
  }
  const nested = (resolve: (value: unknown) => void): void => resolve(told(log, 'second', fulfils))
  log(await told(log, 'first', nested))

  const promise: any = Promise.resolve('of a promise')
  Object.defineProperty(promise, 'then', {
    get() {
      log('then of a promise is read')
      return undefined
    },
  })
  log(await promise, await (plain(promise) as any))
  class Sub extends Promise<unknown> {
    override then(...args: any[]): any {
      log('then of a subclass')
      return super.then(...args)
    }
  }
  log(await Sub.resolve('of a subclass'))
  const callable: any = () => undefined
  callable.then = (resolve: (value: unknown) => void) => resolve('of a function')
  log(await callable)
  log(await Promise.all([told(log, 'one of all', fulfils), 1, promise.constructor === Promise]))
  log(await Promise.allSettled([told(log, 'one of settled', throws), told(log, 'another', fulfils)]))
  for await (const item of [told(log, 'item', fulfils)]) log(item)
}
