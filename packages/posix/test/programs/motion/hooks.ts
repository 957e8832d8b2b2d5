import { atoll, pthread_create, pthread_join } from '@atoll/posix'

/** Says itself how it moves, badly. */
class Parcel {
  readonly failsTo: string
  constructor(failsTo: string) {
    this.failsTo = failsTo
  }
  [Symbol.for('atoll.serialize')](): string {
    if (this.failsTo === 'pack') throw new Error('it will not be packed')
    return this.failsTo
  }
  static [Symbol.for('atoll.deserialize')](failsTo: string): Parcel {
    if (failsTo === 'unpack') throw new Error('it will not be unpacked')
    return new Parcel(failsTo)
  }
}

async function carry(failsTo: string): Promise<string> {
  const parcel = new Parcel(failsTo)
  try {
    await atoll.migrate(2)
    return `moved with ${parcel.failsTo}`
  } catch (error) {
    return `${(error as { code: string }).code}: ${parcel.failsTo}: ${(error as Error).message}`
  }
}

/** `move pack`, `move unpack`, `create unpack`: what happens to a thread whose values throw on their way. */
export async function main([, what = 'move', failsTo = 'pack', cpu = '1']: string[]): Promise<void> {
  if (what === 'move') {
    console.log(await carry(failsTo))
    return
  }
  const thread = await pthread_create({ cpus: [Number(cpu)] }, (parcel: Parcel) => parcel.failsTo, new Parcel(failsTo))
  console.log(await pthread_join(thread))
}
