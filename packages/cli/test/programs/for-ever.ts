import { sched_yield } from '@atoll/posix'

export async function main(): Promise<number> {
  for (;;) {
    console.log('y'.repeat(1000))
    await sched_yield()
  }
}
