import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A C program of `benchmarks/src/peers/c`, compiled at `-O3` by the machine's compiler. */
export class CProgram {
  readonly #folder: string
  readonly #executable: string

  private constructor(folder: string) {
    this.#folder = folder
    this.#executable = join(folder, 'program')
  }

  /** Throws an `Error` that says so where there is no compiler. */
  static async compile(name: string): Promise<CProgram> {
    const program = new CProgram(await mkdtemp(join(tmpdir(), 'atoll-peer-')))
    const source = fileURLToPath(new URL(`../../../src/peers/c/${name}.c`, import.meta.url))
    try {
      await run('cc', ['-O3', '-march=native', '-o', program.#executable, source, '-lm'])
    } catch (error) {
      await program.close()
      throw new Error(`this row needs a C compiler, cc: ${String(error)}`, { cause: error })
    }
    return program
  }

  /** What it prints: numbers. */
  async run(...args: readonly string[]): Promise<readonly number[]> {
    const { stdout } = await run(this.#executable, [...args])
    return stdout.trim().split(' ').map(Number)
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true })
  }
}
