/**
 * MG, a V-cycle of multigrid for the Poisson equation with periodic borders: what is done to one plane of a grid.
 *
 * A plane of a grid of n × n × n points is (n + 2) × (n + 2) numbers in rows: the points, and around them those of the opposite border, so that the stencils
 * need no special cases. Across planes there is no such border: a plane's neighbours are given with it.
 *
 * Source: D. Bailey et al., The NAS Parallel Benchmarks, NASA report RNR-94-007, section 2.2.2.
 */

export type Plane = Float64Array

/** The Laplacian of A by distance: the point itself, its edges' and its corners' (its faces' weigh nothing). */
const A0 = -8 / 3
const A2 = 1 / 6
const A3 = 1 / 12

/** The smoother by distance: the point, its faces', its edges' (its corners' weigh nothing). */
const C0 = -3 / 8
const C1 = 1 / 32
const C2 = -1 / 64

/** r = v − A u. `r` may be `v`. `below`, `u` and `above` are the planes of u around. */
export function residual(r: Plane, v: Plane, below: Plane, u: Plane, above: Plane, n: number): void {
  const width = n + 2
  for (let row = 1; row <= n; row++) {
    const start = row * width
    let facesBefore = facesAcross(below, u, above, start, width)
    let edgesBefore = edgesAcross(below, above, start, width)
    let faces = facesAcross(below, u, above, start + 1, width)
    let edges = edgesAcross(below, above, start + 1, width)
    for (let at = start + 1; at <= start + n; at++) {
      const facesAfter = facesAcross(below, u, above, at + 1, width)
      const edgesAfter = edgesAcross(below, above, at + 1, width)
      r[at] = v[at] - A0 * u[at] - A2 * (edges + facesBefore + facesAfter) - A3 * (edgesBefore + edgesAfter)
      facesBefore = faces
      edgesBefore = edges
      faces = facesAfter
      edges = edgesAfter
    }
  }
  wrap(r, n)
}

/** u = u + S r. `below`, `r` and `above` are the planes of r around. */
export function smooth(u: Plane, below: Plane, r: Plane, above: Plane, n: number): void {
  const width = n + 2
  for (let row = 1; row <= n; row++) {
    const start = row * width
    let facesBefore = facesAcross(below, r, above, start, width)
    let faces = facesAcross(below, r, above, start + 1, width)
    for (let at = start + 1; at <= start + n; at++) {
      const facesAfter = facesAcross(below, r, above, at + 1, width)
      const edges = edgesAcross(below, above, at, width)
      u[at] += C0 * r[at] + C1 * (r[at - 1] + r[at + 1] + faces) + C2 * (edges + facesBefore + facesAfter)
      facesBefore = faces
      faces = facesAfter
    }
  }
  wrap(u, n)
}

/** The coarse plane `r` of n × n points, from the three planes of the twice as fine grid of which it is the middle: weights 1/2, 1/4, 1/8 and 1/16 by distance. */
export function restrict(r: Plane, below: Plane, fine: Plane, above: Plane, n: number): void {
  const width = n + 2
  const fineWidth = 2 * n + 2
  for (let row = 1; row <= n; row++) {
    const fineRow = 2 * row * fineWidth
    let facesBefore = facesAcross(below, fine, above, fineRow + 1, fineWidth)
    let edgesBefore = edgesAcross(below, above, fineRow + 1, fineWidth)
    for (let column = 1; column <= n; column++) {
      const at = fineRow + 2 * column
      const faces = facesAcross(below, fine, above, at, fineWidth)
      const edges = edgesAcross(below, above, at, fineWidth)
      const facesAfter = facesAcross(below, fine, above, at + 1, fineWidth)
      const edgesAfter = edgesAcross(below, above, at + 1, fineWidth)
      r[row * width + column] =
        0.5 * fine[at] +
        0.25 * (fine[at - 1] + fine[at + 1] + faces) +
        0.125 * (facesBefore + facesAfter + edges) +
        0.0625 * (edgesBefore + edgesAfter)
      facesBefore = facesAfter
      edgesBefore = edgesAfter
    }
  }
  wrap(r, n)
}

/** Adds to the fine plane `u` of n × n points what lies halfway between two planes of the half as fine grid, by trilinear interpolation; `below` may be `above`. */
export function interpolate(u: Plane, below: Plane, above: Plane, n: number): void {
  const width = n + 2
  const coarseWidth = n / 2 + 2
  for (let row = 0; row <= n; row += 2) {
    for (let column = 0; column <= n; column += 2) {
      const at = row * width + column
      const from = (row / 2) * coarseWidth + column / 2
      const here = (below[from] + above[from]) / 2
      const right = (below[from + 1] + above[from + 1]) / 2
      const next = (below[from + coarseWidth] + above[from + coarseWidth]) / 2
      const diagonal = (below[from + coarseWidth + 1] + above[from + coarseWidth + 1]) / 2
      u[at] += here
      u[at + 1] += (here + right) / 2
      u[at + width] += (here + next) / 2
      u[at + width + 1] += (here + right + next + diagonal) / 4
    }
  }
}

/** The sum of the squares of a plane's n × n points. */
export function sumOfSquares(plane: Plane, n: number): number {
  const width = n + 2
  let sum = 0
  for (let row = 1; row <= n; row++) {
    for (let at = row * width + 1; at <= row * width + n; at++) sum += plane[at] * plane[at]
  }
  return sum
}

/** Makes the plane's border what periodicity says: first its sides, then its upper and lower edge, corners included. */
export function wrap(plane: Plane, n: number): void {
  const width = n + 2
  for (let row = 1; row <= n; row++) {
    plane[row * width] = plane[row * width + n]
    plane[row * width + n + 1] = plane[row * width + 1]
  }
  plane.copyWithin(0, n * width, (n + 1) * width)
  plane.copyWithin((n + 1) * width, width, 2 * width)
}

/** Of the points with this column's place, the sum of the four that are one step away across it. */
function facesAcross(below: Plane, here: Plane, above: Plane, at: number, width: number): number {
  return here[at - width] + here[at + width] + below[at] + above[at]
}

/** The sum of the four that are two steps away across it. */
function edgesAcross(below: Plane, above: Plane, at: number, width: number): number {
  return below[at - width] + below[at + width] + above[at - width] + above[at + width]
}
