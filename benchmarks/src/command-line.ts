import { parseArgs } from 'node:util'
import type { RowName } from './row.js'

/** What the command is asked to do. */
export interface Command {
  readonly rows: readonly RowName[]
  readonly samples: number
  /** Where to write the results; `null`: nowhere. */
  readonly json: string | null
}

/** Thrown when the command line can't be followed. */
export class UsageError extends Error {
  constructor(problem: string) {
    super(`${problem}\nusage: npm run bench -- [FILTER…] [--json FILE] [--samples N]`)
    this.name = 'UsageError'
  }
}

const SAMPLES = 9

/**
 * `[FILTER…] [--json FILE] [--samples N]`: measures the rows whose name has one of the filters in it, or all.
 *
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[], all: readonly RowName[]): Command {
  const { values, positionals } = parse(args)
  const { json = null, samples = String(SAMPLES) } = values
  return { rows: select(all, positionals), samples: readSamples(samples), json }
}

function parse(args: readonly string[]): {
  values: { json?: string | undefined; samples?: string | undefined }
  positionals: string[]
} {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'string' }, samples: { type: 'string' } },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function select(all: readonly RowName[], filters: readonly string[]): readonly RowName[] {
  for (const filter of filters) {
    if (!all.some((name) => name.includes(filter))) {
      throw new UsageError(`no row has '${filter}' in its name; there are: ${all.join(', ')}`)
    }
  }
  return filters.length === 0 ? all : all.filter((name) => filters.some((filter) => name.includes(filter)))
}

function readSamples(text: string): number {
  const samples = Number(text)
  if (Number.isInteger(samples) && samples >= 1) return samples
  throw new UsageError(`--samples ${text}: give a whole number of at least 1`)
}
