import { chooseSize } from './choose-size.js'
import { resultBlock } from './result.js'

/** A problem size with its published verification values (NPB 3). */
export interface FtSize {
  readonly name: string
  readonly nx: number
  readonly ny: number
  readonly nz: number
  /** By iteration: the checksum's real part, then its imaginary part. */
  readonly checksums: readonly (readonly [real: number, imaginary: number])[]
}

/** What a part of a run has found. */
export interface FtFindings {
  /** Duration of the timed section. */
  readonly seconds: number
  /** By iteration: the part's share of the checksum, real and imaginary parts in turn. */
  readonly checksums: readonly number[]
}

/** The outcome of a run, whichever way it was run. */
export interface FtResult {
  readonly seconds: number
  readonly checksums: readonly (readonly [real: number, imaginary: number])[]
  /** All checksums equal the published ones to a relative 1e-12. */
  readonly verified: boolean
}

const TOLERANCE = 1e-12

const SIZES: readonly FtSize[] = [
  {
    name: 'S',
    nx: 64,
    ny: 64,
    nz: 64,
    checksums: [
      [554.6087004964, 484.5363331978],
      [554.6385409189, 486.5304269511],
      [554.6148406171, 488.3910722336],
      [554.5423607415, 490.1273169046],
      [554.4255039624, 491.7475857993],
      [554.2683411902, 493.2597244941],
    ],
  },
  {
    name: 'W',
    nx: 128,
    ny: 128,
    nz: 32,
    checksums: [
      [567.3612178944, 529.3246849175],
      [563.1436885271, 528.2149986629],
      [559.402408997, 527.0996558037],
      [556.069804702, 526.0027904925],
      [553.089899125, 524.9400845633],
      [550.4159734538, 523.9212247086],
    ],
  },
]

/** The problem size called `name`; throws a `RangeError` that lists the known ones. */
export const ftSize = (name: string): FtSize => chooseSize(SIZES, name)

/** Puts together what the parts of a run have found. */
export function concludeFt(size: FtSize, parts: readonly FtFindings[]): FtResult {
  const sum = (at: number): number => parts.reduce((total, { checksums }) => total + checksums[at], 0) / pointsOf(size)
  const checksums = size.checksums.map((_, iteration) => [sum(2 * iteration), sum(2 * iteration + 1)] as const)
  return {
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
    checksums,
    verified: size.checksums.every((published, iteration) => agrees(checksums[iteration], published)),
  }
}

/** Do two complex numbers differ by no more than the tolerance, in relation to the second's magnitude? */
function agrees([real, imaginary]: readonly [number, number], [re, im]: readonly [number, number]): boolean {
  return Math.hypot(real - re, imaginary - im) / Math.hypot(re, im) <= TOLERANCE
}

/** The text that a run prints. */
export function ftReport(size: FtSize, result: FtResult, threads: number): string {
  const points = pointsOf(size)
  const iterations = size.checksums.length
  const transform = 14.8157 + 7.19641 * Math.log(points)
  const iteration = 5.23518 + 7.21113 * Math.log(points)
  return [
    ...result.checksums.map(
      ([real, imaginary], at) => ` T = ${at + 1}  Checksum = ${real.toExponential(12)} ${imaginary.toExponential(12)}`,
    ),
    '',
    resultBlock({
      benchmark: 'FT',
      className: size.name,
      size: `${size.nx}x${size.ny}x${size.nz}`,
      iterations,
      threads,
      seconds: result.seconds,
      operations: points * (transform + iterations * iteration), // by the suite's own count
      operationType: 'floating point',
      verified: result.verified,
    }),
  ].join('\n')
}

const pointsOf = ({ nx, ny, nz }: FtSize): number => nx * ny * nz
