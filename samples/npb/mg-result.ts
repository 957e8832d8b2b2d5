import { chooseSize } from './choose-size.js'
import { resultBlock } from './result.js'

/** A problem size with its published verification value (NPB 3). */
export interface MgSize {
  readonly name: string
  /** The finest grid has 2^levels points in each direction, the coarsest two. */
  readonly levels: number
  readonly iterations: number
  /** L2 norm of the residual at the end. */
  readonly norm: number
}

/** What a part of a run has found. */
export interface MgFindings {
  /** Duration of the timed section. */
  readonly seconds: number
  /** Sum of the squares of the residual's values in the part's planes. */
  readonly squares: number
}

/** The outcome of a run, whichever way it was run. */
export interface MgResult {
  readonly seconds: number
  readonly norm: number
  /** The norm equals the published one to a relative 1e-8. */
  readonly verified: boolean
}

const TOLERANCE = 1e-8
const OPERATIONS_PER_POINT = 58

const SIZES: readonly MgSize[] = [
  { name: 'S', levels: 5, iterations: 4, norm: 0.530770700573e-4 },
  { name: 'W', levels: 7, iterations: 4, norm: 0.6467329375339e-5 },
]

/** The problem size called `name`; throws a `RangeError` that lists the known ones. */
export const mgSize = (name: string): MgSize => chooseSize(SIZES, name)

/** Puts together what the parts of a run have found. */
export function concludeMg(size: MgSize, parts: readonly MgFindings[]): MgResult {
  const squares = parts.reduce((sum, part) => sum + part.squares, 0)
  const norm = Math.sqrt(squares / pointsOf(size))
  return {
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
    norm,
    verified: Math.abs((norm - size.norm) / size.norm) <= TOLERANCE,
  }
}

/** The text that a run prints. */
export function mgReport(size: MgSize, result: MgResult, threads: number): string {
  const side = 2 ** size.levels
  return [
    ` L2 norm = ${result.norm.toExponential(13)}`,
    '',
    resultBlock({
      benchmark: 'MG',
      className: size.name,
      size: `${side}x${side}x${side}`,
      iterations: size.iterations,
      threads,
      seconds: result.seconds,
      operations: OPERATIONS_PER_POINT * size.iterations * pointsOf(size),
      operationType: 'floating point',
      verified: result.verified,
    }),
  ].join('\n')
}

const pointsOf = ({ levels }: MgSize): number => 2 ** (3 * levels)
