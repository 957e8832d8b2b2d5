#!/usr/bin/env node
import { existsSync } from 'node:fs'

const entry = new URL('../dist/src/index.js', import.meta.url)
if (existsSync(entry)) {
  const { main } = await import(entry.href)
  await main(process.argv.slice(2))
} else {
  process.stderr.write('atoll: the command has not been built. Remedy: npm run build\n')
  process.exitCode = 2
}
