/**
 * MG as a list of steps. In a step every part writes its own planes of one grid and reads planes of another, that nobody writes meanwhile; between steps all
 * wait for each other.
 */

import { interpolate, type Plane, residual, restrict, smooth } from './mg-kernel.js'
import type { Range } from './partition.js'

/** The solution, the residual, and the right side (of the finest level only). */
export type GridName = 'u' | 'r' | 'v'

/** A step, by what becomes of the grid of its level. */
export interface Step {
  /**
   * `restrict`: r of this level from that of the finer one. `solve`: u from r alone. `prolong`: u from that of the coarser level. `correct`: the same is
   * added. `residual`: r from u and the right side, which below the finest level is r itself. `smooth`: u improved by r.
   */
  readonly operation: 'restrict' | 'solve' | 'prolong' | 'correct' | 'residual' | 'smooth'
  /** From 1; the grid of a level has 2^level points in each direction. */
  readonly level: number
}

/** One V-cycle, down to the coarsest level and up again, and the residual of what it gives. */
export function vCycle(levels: number): Step[] {
  const steps: Step[] = []
  for (let level = levels - 1; level >= 1; level--) steps.push({ operation: 'restrict', level })
  steps.push({ operation: 'solve', level: 1 })
  for (let level = 2; level <= levels; level++) {
    steps.push({ operation: level < levels ? 'prolong' : 'correct', level })
    steps.push({ operation: 'residual', level }, { operation: 'smooth', level })
  }
  return [...steps, { operation: 'residual', level: levels }]
}

/** Which planes a step reads to write some. Numbers below 0 and from the grid's size on are those of the opposite border. */
export interface Source extends Range {
  readonly grid: GridName
  readonly level: number
}

/** The grid that a step writes. */
export function targetOf({ operation }: Step): GridName {
  return operation === 'restrict' || operation === 'residual' ? 'r' : 'u'
}

/** What a step reads to write the planes `first` up to `end` of its level. */
export function sourceOf({ operation, level }: Step, { first, end }: Range): Source {
  switch (operation) {
    case 'restrict':
      return { grid: 'r', level: level + 1, first: 2 * first, end: 2 * end + 1 }
    case 'prolong':
    case 'correct':
      return { grid: 'u', level: level - 1, first: Math.floor((first - 1) / 2), end: Math.floor((end - 1) / 2) + 1 }
    case 'residual':
      return { grid: 'u', level, first: first - 1, end: end + 1 }
    case 'solve':
    case 'smooth':
      return { grid: 'r', level, first: first - 1, end: end + 1 }
  }
}

/**
 * Performs a step for one plane. It takes a whole plane's time: who takes a step does so plane by plane, so that a thread can answer others in between.
 *
 * @param at the plane: its number among `target`
 * @param first the number in the grid of `target`'s first plane
 * @param target the planes that are written
 * @param source those that `sourceOf` says
 * @param right planes of the right side, as many as `target`; for `residual` only
 */
export function perform(
  { operation, level }: Step,
  at: number,
  first: number,
  target: readonly Plane[],
  source: readonly Plane[],
  right: readonly Plane[],
): void {
  const n = 2 ** level
  const plane = target[at]
  switch (operation) {
    case 'restrict':
      restrict(plane, source[2 * at], source[2 * at + 1], source[2 * at + 2], n)
      break
    case 'solve':
      plane.fill(0)
      smooth(plane, source[at], source[at + 1], source[at + 2], n)
      break
    case 'prolong':
      plane.fill(0)
      interpolateAt(plane, first, at, source, n)
      break
    case 'correct':
      interpolateAt(plane, first, at, source, n)
      break
    case 'residual':
      residual(plane, right[at], source[at], source[at + 1], source[at + 2], n)
      break
    case 'smooth':
      smooth(plane, source[at], source[at + 1], source[at + 2], n)
  }
}

/** A fine plane of odd number lies on a coarse one, one of even number between two. */
function interpolateAt(plane: Plane, first: number, at: number, source: readonly Plane[], n: number): void {
  const firstSource = Math.floor((first - 1) / 2)
  const below = Math.floor((first + at - 1) / 2) - firstSource
  const above = Math.floor((first + at) / 2) - firstSource
  interpolate(plane, source[below], source[above], n)
}
