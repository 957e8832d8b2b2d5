import { atoll, free, malloc } from '@atoll/posix'

/** Allocates and frees on one kernel that is not the process's origin. */
export async function main(): Promise<void> {
  await atoll.migrate(2)
  const blocks: number[] = []
  for (let i = 0; i < 2000; i++) {
    blocks.push(await malloc(1 + (i % 300)))
    if (i % 3 === 0) await free(blocks.splice(i % blocks.length, 1)[0] ?? 0)
  }
  for (const address of blocks) await free(address)
  console.log('all freed')
}
