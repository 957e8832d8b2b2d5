import { usleep } from '@atoll/posix'

function plain(n: number): number {
  return n + 1
}

async function walks(): Promise<number> {
  let sum = 0
  for (let i = 0; i < 3; i++) {
    await usleep(1)
    sum = plain(sum)
  }
  return sum
}

export async function main(): Promise<void> {
  console.log(await walks())
}
