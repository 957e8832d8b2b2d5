import type { Row } from './row.js'
import { summarize, type Summary } from './statistics.js'

/** Both sides, measured one right after the other. */
export interface Sample {
  readonly value: number
  readonly peerValue: number
}

/** A measured row, as `--json` writes it. */
export interface Result {
  readonly name: string
  readonly unit: string
  /** Median. */
  readonly value: number
  /** What the value is held against. */
  readonly peer: string
  /** Median. */
  readonly peerValue: number
  /** `value / peerValue`. */
  readonly ratio: number
  readonly better: 'lower' | 'higher'
  /** The ratio to reach; `null`: none. */
  readonly target: number | null
  /** Has the ratio reached the target? `null` if there is none. */
  readonly met: boolean | null
  /** In the order of measuring. */
  readonly samples: readonly Sample[]
}

/** @throws RangeError if there are no samples. */
export function conclude(row: Row, samples: readonly Sample[]): Result {
  const { name, unit, peer, better, target } = row
  const value = summarize(samples.map((sample) => sample.value)).median
  const peerValue = summarize(samples.map((sample) => sample.peerValue)).median
  const ratio = value / peerValue
  return { name, unit, value, peer, peerValue, ratio, better, target, met: isMet(ratio, better, target), samples }
}

function isMet(ratio: number, better: Row['better'], target: number | null): boolean | null {
  if (target === null) return null
  return better === 'lower' ? ratio <= target : ratio >= target
}

/** How the ratio spreads over the samples. Each holds both sides at nearly the same moment, so that what slows the machine down slows both. */
export const ratios = ({ samples }: Result): Summary =>
  summarize(samples.map(({ value, peerValue }) => value / peerValue))
