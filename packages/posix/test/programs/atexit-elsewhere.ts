import { atexit, nanosleep, pthread_create, pthread_join } from '@atoll/posix'
import { wander } from './support/wander.js'

class Ledger {
  readonly entries: string[] = []
  note(entry: string): this {
    this.entries.push(entry)
    return this
  }
}

async function registers(name: string): Promise<void> {
  await wander()
  const ledger = new Ledger().note(name)
  await atexit(async () => {
    await wander()
    await nanosleep(1)
    console.log(ledger.note('at exit').entries.join(', '))
  })
  ledger.note('not in the copy')
}

export async function main(): Promise<void> {
  await pthread_join(await pthread_create(null, registers, 'by a thread'))
  await registers('by main')
  await pthread_join(await pthread_create(null, registers, 'by another thread'))
  await atexit(async () => {
    await atexit(() => {
      console.log('registered by a handler')
    })
    console.log('first')
  })
}
