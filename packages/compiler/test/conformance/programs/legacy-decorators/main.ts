type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const events: string[] = []

function logged(target: any, key: string, descriptor: PropertyDescriptor): void {
  events.push(`method ${key} ${typeof target}`)
  const original = descriptor.value as (...args: unknown[]) => Promise<unknown>
  descriptor.value = async function (this: unknown, ...args: unknown[]) {
    events.push(`call ${key}`)
    return await original.apply(this, args)
  }
}

const injectable =
  (name: string) =>
  (target: any): void => {
    events.push(`class ${name}`)
    target.injected = name
  }

function parameter(_: any, key: string | undefined, index: number): void {
  events.push(`parameter ${String(key)} ${index}`)
}

const field =
  (text: string) =>
  (_: any, key: string): void => {
    events.push(`field ${key} ${text}`)
  }

@injectable('service')
class Service {
  static injected: string
  #calls = 0
  @field('note') note = 'note'
  constructor(
    private readonly base: number,
    @parameter readonly factor = 2,
  ) {}
  @logged
  async compute(@parameter x: number): Promise<number> {
    this.#calls += await tick(1)
    return (this.base + x) * this.factor * this.#calls
  }
  @logged static async create(base: number): Promise<Service> {
    return new Service(await tick(base))
  }
}

export async function main(log: Log): Promise<void> {
  log(await tick('begins'))
  const service = await Service.create(3)
  log(await service.compute(1), await service.compute(1), Service.injected, service.note, Object.keys(service))
  await tick(0)
  log(events)
}
