import type { Parameters } from 'fast-check'

const soakRuns = Number(process.env['ATOLL_FUZZ_RUNS'] ?? 0)

/** What a property is given: a few cases that are the same each time, or as many new ones as the soak asks for. */
export const fuzzRuns = <T>(few: Parameters<T>): Parameters<T> =>
  soakRuns > 0 ? { numRuns: soakRuns, includeErrorInReport: true } : few

/** How long a property may take, in milliseconds: the number of cases is the soak's choice. */
export const FUZZ_TIMEOUT_MS = soakRuns > 0 ? 24 * 3_600_000 : 120_000
