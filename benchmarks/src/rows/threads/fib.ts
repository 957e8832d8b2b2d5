import { openProgram } from '../../atoll/atoll-system.js'
import type { Row } from '../../row.js'

const N = 24
const CALLS = 5

async function fib(n: number): Promise<number> {
  return n < 2 ? n : (await fib(n - 1)) + (await fib(n - 2))
}

async function native(): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < CALLS; i++) await fib(N)
  return (performance.now() - start) / CALLS
}

export const row: Row<'threads/fib'> = {
  name: 'threads/fib',
  unit: 'ms',
  peer: 'native async, the same recursion',
  better: 'lower',
  target: 1 / 4,
  open: async () => {
    const program = await openProgram('threads/fib')
    return { value: program.sample, peer: native, close: program.close }
  },
}
