type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

const key = (log: Log, name: string): string => {
  log('key', name)
  return name
}

const symbol = Symbol('stored')

class OfModule {
  accessor [symbol] = 'symbol'
  static accessor ['static' + 1] = 1
  accessor plain = 'plain'
}

export async function main(log: Log): Promise<void> {
  const suffix = await tick('x')
  class Local {
    accessor [key(log, 'a' + suffix)] = suffix;
    [key(log, 'between')] = 'field'
    static accessor [key(log, 'b' + suffix)] = [suffix]
    accessor ['literal'] = 'literal'
    accessor own = () => suffix
  }
  const local: any = new Local()
  local.ax += '!'
  await tick(0)
  log(local.ax, local.between, (Local as any).bx, local.literal, local.own(), Object.keys(local))
  log(Object.getOwnPropertyNames(Local.prototype))
  const object: any = new OfModule()
  object[symbol] = await tick('changed')
  log(object[symbol], (OfModule as any).static1, object.plain, new OfModule()[symbol])
}
