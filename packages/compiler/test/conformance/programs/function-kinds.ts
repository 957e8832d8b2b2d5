type Log = (...values: unknown[]) => void

async function declared(a: number): Promise<number> {
  return a + 1
}

class Service {
  async method(): Promise<void> {}
  static async make(): Promise<Service> {
    return new Service()
  }
  async #hidden(): Promise<void> {}
  hidden(): unknown {
    return this.#hidden
  }
}

/** What tells `async` functions from others: their prototype, and what comes by it. */
export async function main(log: Log): Promise<void> {
  const local = async (a: number): Promise<number> => a + log.length
  const captures = async (): Promise<unknown> => await local(1)
  const object = { async method(): Promise<unknown> { return this }, plain: (): number => 1 } // prettier-ignore
  const AsyncFunction = Object.getPrototypeOf(local).constructor as (...source: string[]) => (a: number) => Promise<number> // prettier-ignore
  const functions = [declared, local, captures, object.method, Service.prototype.method, Service.make, new Service().hidden(), main] // prettier-ignore
  for (const fn of [...functions, object.plain, Service] as object[]) {
    await null
    log(Object.prototype.toString.call(fn), fn instanceof AsyncFunction, fn instanceof Function, fn.constructor.name)
    log(Object.getPrototypeOf(fn) === AsyncFunction.prototype, Object.isExtensible(fn))
  }
  log(AsyncFunction.name, AsyncFunction.length, AsyncFunction !== (Function as unknown))
  log(await AsyncFunction('a', 'return (await a) * 2')(21), await declared.call(null, 1), await local.bind(null, 2)())
}
