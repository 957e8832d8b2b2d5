import { AssignedCaptureError } from '../errors.js'
import { closureRecord } from '../frames/stamp.js'
import { bindingOf } from './bound.js'
import { isNative } from './native.js'
import type { Owner } from './prototypes.js'

/**
 * Refuses a function that assigns variables which it captured, as a start routine or handler: it will run on copies, so what
 * it assigns would be lost.
 *
 * @throws AssignedCaptureError naming the variables
 */
export function assertHandOver(fn: object): void {
  const template = closureRecord(boundTarget(fn))?.template
  if (template === undefined || template.assigns.length === 0) return
  const { name, file, line, assigns } = template
  throw new AssignedCaptureError(assigns, { functionName: name, file, line })
}

/** The function that is called in the end, through however many bound ones. */
function boundTarget(fn: object): object {
  for (let target = fn; ;) {
    const isBound = closureRecord(target) === undefined && typeof target === 'function' && isNative(target as Owner)
    const binding = isBound ? bindingOf(target) : null
    if (binding === null) return target
    ;({ target } = binding)
  }
}
