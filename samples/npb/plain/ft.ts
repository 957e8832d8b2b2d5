/** FT as an ordinary single-threaded Node program: what the threads are measured against. */

import { fileURLToPath } from 'node:url'
import { FtKernel } from '../ft-kernel.js'
import { type Extent, FtLayout } from '../ft-layout.js'
import { concludeFt, type FtFindings, ftReport, type FtResult, type FtSize, ftSize } from '../ft-result.js'
import { type Place, SOLO } from './place.js'

/** One part of FT, on memory that all parts share, of `FtLayout`'s size. */
export function ftPart(size: FtSize, memory: ArrayBufferLike, { id, parts, wait }: Place): FtFindings {
  const layout = new FtLayout(size, parts)
  const kernel = new FtKernel(size, parts, id)
  const numbers = ({ at, length }: Extent): Float64Array => new Float64Array(memory, at, length)
  const fromAll = (direction: 'inward' | 'outward'): Float64Array[] =>
    Array.from({ length: parts }, (_, from) => numbers(layout.block(direction, from, id)))
  const spectrum = numbers(layout.spectrum(id))

  const transformInitialState = (): void => {
    kernel.drawPlanes(numbers(layout.blocks('inward', id)))
    wait()
    for (const [from, block] of fromAll('inward').entries()) kernel.gatherSlices(spectrum, block, from)
    kernel.transformSlices(spectrum)
  }
  const iterate = (): [number, number] => {
    kernel.evolve(spectrum, numbers(layout.blocks('outward', id)))
    wait()
    const checksum = kernel.checksum(fromAll('outward'))
    wait()
    return checksum
  }

  transformInitialState() // not timed, and so is an iteration
  iterate()
  const start = performance.now()
  transformInitialState()
  const checksums = size.checksums.flatMap(iterate)
  return { seconds: (performance.now() - start) / 1000, checksums }
}

/** Runs FT of `size` on the calling thread. */
export function plainFt(size: FtSize): FtResult {
  return concludeFt(size, [ftPart(size, new ArrayBuffer(new FtLayout(size, 1).bytes), SOLO)])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = ftSize(process.argv[2] ?? 'S')
  const result = plainFt(size)
  console.log(ftReport(size, result, 1))
  process.exitCode = result.verified ? 0 : 1
}
