// status: 1
import { table } from './support/late.js'

async function fails(): Promise<void> {
  if (table.length > 0) throw new RangeError('nobody awaits me in main')
}
await fails()

export function main(): void {
  console.log('not reached')
}
