/**
 * The right side of MG's equation: zero, but +1 where the ten largest of as many random numbers as there are points would be, and −1 where the ten smallest
 * would be.
 */

import { type Plane, wrap } from './mg-kernel.js'
import { fillUniform, jump } from './random.js'

const SEED = 314159265
const CHARGES = 10

/** Numbers of a note: value and place in turn, of the ten largest, then of the ten smallest. */
export const NOTE_LENGTH = 2 * 2 * CHARGES

interface Candidate {
  readonly value: number
  /** The point's number in the whole grid. */
  readonly place: number
}

/** Writes to `note` the candidates for charges in the planes from `first` on, of `count`. A note without candidates is all `NaN`. */
export function findCandidates(note: Float64Array, first: number, count: number, n: number): void {
  const values = new Float64Array(n * n)
  let state = jump(SEED, first * n * n)
  let [largest, smallest]: Candidate[][] = [[], []]
  let [bar, ceiling] = [-Infinity, Infinity] // what is between is no candidate
  for (let plane = first; plane < first + count; plane++) {
    state = fillUniform(values, state)
    for (let at = 0; at < values.length; at++) {
      const candidate = { value: values[at], place: plane * n * n + at }
      if (candidate.value > bar) {
        largest = largestOf([...largest, candidate])
        bar = largest.at(CHARGES - 1)?.value ?? -Infinity
      }
      if (candidate.value < ceiling) {
        smallest = smallestOf([...smallest, candidate])
        ceiling = smallest.at(CHARGES - 1)?.value ?? Infinity
      }
    }
  }
  note.fill(NaN)
  note.set([...largest, ...smallest].flatMap(({ value, place }) => [value, place]))
}

/** Makes the planes from `first` on the right side's, given everybody's notes. */
export function placeCharges(planes: readonly Plane[], first: number, notes: readonly Float64Array[], n: number): void {
  for (const plane of planes) plane.fill(0)
  const candidates = notes.map(candidatesIn)
  const largest = largestOf(candidates.flatMap((each) => each.slice(0, CHARGES)))
  const smallest = smallestOf(candidates.flatMap((each) => each.slice(CHARGES)))
  const charge = (place: number, value: number): void => {
    const plane = planes.at(Math.floor(place / (n * n)) - first)
    const inPlane = place % (n * n)
    const isHere = place >= first * n * n && place < (first + planes.length) * n * n
    if (isHere && plane) plane[(Math.floor(inPlane / n) + 1) * (n + 2) + (inPlane % n) + 1] = value
  }
  for (const { place } of largest) charge(place, 1)
  for (const { place } of smallest) charge(place, -1)
  for (const plane of planes) wrap(plane, n)
}

function candidatesIn(note: Float64Array): Candidate[] {
  if (Number.isNaN(note[0])) return []
  return Array.from({ length: 2 * CHARGES }, (_, at) => ({ value: note[2 * at], place: note[2 * at + 1] }))
}

const largestOf = (candidates: Candidate[]): Candidate[] =>
  candidates.sort((a, b) => b.value - a.value).slice(0, CHARGES)

const smallestOf = (candidates: Candidate[]): Candidate[] =>
  candidates.sort((a, b) => a.value - b.value).slice(0, CHARGES)
