import { nanosleep, PosixError } from '@atoll/posix'

const later = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Runs on no thread, and is suspended. */
async function squares(count: number): Promise<number[]> {
  const found: number[] = []
  for (let i = 0; i < count; i++) {
    if (i % 2 === 0) await later(1)
    found.push(i * i)
  }
  return found
}

export const order: string[] = ['late begins']
const both = await Promise.all([squares(4), squares(6)])
order.push('late goes on')
export const table = both.flat()
export let refused = ''
try {
  await nanosleep(1)
} catch (error) {
  refused = error instanceof PosixError ? error.code : String(error)
}
for await (const n of [later(2), 5]) order.push(`late has ${String(n)}`)
export class Late {
  readonly #sum = table.reduce((a, b) => a + b)
  get sum(): number {
    return this.#sum
  }
}
