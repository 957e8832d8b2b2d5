import { AssignedCaptureError } from '../errors.js'
import { closureRecord } from '../frames/stamp.js'

/**
 * Refuses a function that assigns variables which it captured, as a start routine or handler: it will run on copies, so what
 * it assigns would be lost.
 *
 * @throws AssignedCaptureError naming the variables
 */
export function assertHandOver(fn: object): void {
  const template = closureRecord(fn)?.template
  if (template === undefined || template.assigns.length === 0) return
  const { name, file, line, assigns } = template
  throw new AssignedCaptureError(assigns, { functionName: name, file, line })
}
