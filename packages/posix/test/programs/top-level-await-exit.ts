// status: 4
import { table } from './support/late.js'

async function leaves(): Promise<void> {
  await Promise.resolve()
  process.exit(table.length - 6)
}
await leaves()

export function main(): void {
  console.log('not reached')
}
