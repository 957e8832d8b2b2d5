import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/**
 * Runs AVA with `args` on the running Node, shows its report (in TAP) and counts tests; skipped tests and tests to be
 * written count as neither. A run that fails without a failed test (a crash, no tests at all) counts as one failure.
 *
 * @param {{ args?: string[], env?: Record<string, string> }} options
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runAva({ args = [], env = {} } = {}) {
  const ava = spawn(process.execPath, ['node_modules/ava/entrypoints/cli.mjs', '--tap', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const ended = new Promise((resolve, reject) => {
    ava.once('error', reject)
    ava.once('close', (code, signal) => resolve(signal ?? code))
  })

  let passed = 0
  let failed = 0
  for await (const line of createInterface({ input: ava.stdout })) {
    console.log(line)
    const outcome = /^(ok|not ok) \d+/.exec(line)?.[1]
    if (outcome === undefined || /# (SKIP|TODO)\b/.test(line)) continue
    if (outcome === 'ok') passed++
    else failed++
  }

  const status = await ended
  if (status !== 0 && failed === 0) {
    console.log(`AVA ended with ${status} without a failed test`)
    failed++
  }
  return { passed, failed }
}
