import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { openProgram } from '../../atoll/atoll-system.js'
import { usSince } from '../../clock.js'
import type { Row } from '../../row.js'

const TASKS = 1000

export const row: Row<'threads/create-join-remote'> = {
  name: 'threads/create-join-remote',
  unit: 'µs',
  peer: 'piscina.run on a pool of one worker',
  better: 'lower',
  target: 1 / 4,
  open: async () => {
    const program = await openProgram('threads/create-join', ['1'])
    const filename = fileURLToPath(new URL('../../peers/identity-task.js', import.meta.url))
    const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1 })
    return {
      value: program.sample,
      peer: async () => {
        const start = performance.now()
        for (let i = 0; i < TASKS; i++) await pool.run(i)
        return usSince(start, TASKS)
      },
      close: async () => {
        await program.close()
        await pool.destroy()
      },
    }
  },
}
