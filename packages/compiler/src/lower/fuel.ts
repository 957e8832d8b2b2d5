import * as t from '@babel/types'
import { expressionsOf, partsOf, type Loop, type Step } from './steps/steps.js'

/**
 * A loop that calls nothing keeps its fuel in a local variable: a global counter made nested loops 4–6 times slower
 * (the feasibility study's figure). Other code that runs meanwhile would want the register right, so any call makes a loop use the register.
 */
export function keepsFuelInLocal(loop: Loop): boolean {
  return !callsAnything(loop)
}

/** What a turn costs that makes plain calls, which may take any time: a kernel must not have thousands of them run unasked. */
const FUEL_OF_CALLING_TURN = 32

/** The fuel that one turn of the loop takes. What its inner loops call is on their account, what it awaits on the callee's. */
export const fuelOfTurn = ({ test, body }: Loop): number =>
  (test && hasCall(test)) || body.some(callsPlainly) ? FUEL_OF_CALLING_TURN : 1

function callsPlainly(step: Step): boolean {
  if (step.kind === 'loop') return false
  return expressionsOf(step).some(hasCall) || partsOf(step).some((part) => part.some(callsPlainly))
}

export const hasInnerLoop = (step: Step): boolean =>
  partsOf(step).some((part) => part.some((inner) => inner.kind === 'loop' || hasInnerLoop(inner)))

function callsAnything(step: Step): boolean {
  if (step.kind === 'await' || step.kind === 'yield' || (step.kind === 'return' && step.form === 'call')) return true
  return expressionsOf(step).some(hasCall) || partsOf(step).some((part) => part.some(callsAnything))
}

function hasCall(node: t.Node): boolean {
  let found = false
  t.traverseFast(node, (inner) => {
    if (t.isNewExpression(inner) || t.isOptionalCallExpression(inner)) found = true
    if (t.isCallExpression(inner) && !isQuiet(inner.callee)) found = true
  })
  return found
}

/** The language's mathematical functions, and the helpers of iterations, run no code of the program's. */
function isQuiet(callee: t.Node): boolean {
  if (t.isIdentifier(callee)) return callee.name === '$has'
  return t.isMemberExpression(callee) && t.isIdentifier(callee.object, { name: 'Math' })
}
