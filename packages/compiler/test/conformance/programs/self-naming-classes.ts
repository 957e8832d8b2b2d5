type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

const keep = <T>(held: (() => unknown)[], value: () => unknown, result: T): T => {
  held.push(value)
  return result
}

const baseOf = (held: (() => unknown)[], value: () => unknown, label: string) => {
  held.push(value)
  return class {
    base = label
  }
}

async function made(this: unknown, log: Log, label: string): Promise<any> {
  const held: (() => unknown)[] = []
  const Made = class Tree extends baseOf(held, () => Tree, label) {
    static [keep(held, () => Tree, `static ${label}`)] = 1;
    [keep(held, () => (Tree as any)[`static ${label}`], `key ${label}`)]() {
      return [Tree.name, this.base]
    }
    own = [this instanceof Tree, typeof log]
    static self() {
      return Tree
    }
  }
  await tick(0)
  const object: any = new Made()
  log(Made.name, object[`key ${label}`](), object.own, held.map((value) => value() === Made || value()), Made.self() === Made)
  const Awaited = class Leaf extends (await tick(Made)) {
    static [keep(held, () => Leaf, await tick(`awaited ${String(this)} ${arguments.length}`))] = 1
  }
  log(Awaited.name, Object.keys(Awaited), (Awaited as any)[`awaited ${String(this)} 2`], held.at(-1)!() === Awaited, new Awaited().own)
  return Made
}

export async function main(log: Log): Promise<void> {
  const [one, two] = [await made.call('this', log, 'one'), await made.call('that', log, 'two')]
  log(one === two, one.name)
  try {
    await tick(0)
    const early = class Early {
      static [(Early as any).name] = 1
    }
    log(early)
  } catch (error) {
    log(error)
  }
  for (let i = 0; i < 2; i++) {
    const C: any = class Self {
      static [`${i}`] = i
      static again = () => Self
      static [((): string => typeof Self.prototype, 'x')] = i
    }
    log(C.again() === C, C[i], C.x)
  }
}
