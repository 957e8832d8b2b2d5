import { ratios, type Result } from './result.js'

/** Width of each column of the table. */
const COLUMNS = [26, 18, 18, 9, 17, 9, 6] as const
const HEADS = ['row', 'value', 'peer', 'ratio', 'quartiles', 'target', 'met'] as const

/** The head of the table on the terminal. */
export const tableHead = (): string => `${line(HEADS)}\n${COLUMNS.map((width) => '─'.repeat(width)).join(' ')}`

/** A row's line of the table. */
export function tableLine(result: Result): string {
  const { name, unit, value, peerValue, ratio } = result
  const { lowerQuartile, upperQuartile } = ratios(result)
  return line([
    name,
    `${significant(value)} ${unit}`,
    `${significant(peerValue)} ${unit}`,
    significant(ratio),
    `${significant(lowerQuartile)} … ${significant(upperQuartile)}`,
    targetOf(result),
    verdictOf(result),
  ])
}

/** What each row was held against. */
export const legend = (results: readonly Result[]): string =>
  results.map(({ name, peer }) => `${name.padEnd(COLUMNS[0])} peer: ${peer}`).join('\n')

/** The target as it is read: at most, or at least. */
export function targetOf({ better, target }: Result): string {
  if (target === null) return '–'
  return `${better === 'lower' ? '≤' : '≥'} ${significant(target)}`
}

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value)
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(decimals, 9))
}

function verdictOf({ met }: Result): string {
  if (met === null) return '–'
  return met ? 'yes' : 'NO'
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, column) => (column === 0 ? cell.padEnd(COLUMNS[column]) : cell.padStart(COLUMNS[column])))
    .join(' ')
}
