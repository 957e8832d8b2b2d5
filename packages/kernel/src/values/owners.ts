import { closureRecord } from '../frames/stamp.js'
import type { EncodeContext } from './context.js'
import { intrinsicName } from './intrinsics.js'
import { memberOf } from './members.js'
import type { Kind, Owner } from './prototypes.js'

/** Can the class `owner` be found on another kernel, and does it keep its objects' state in properties only? */
export function isKnownOwner(owner: Owner, kind: Kind, { instance, externals }: EncodeContext): boolean {
  if (instance.nameOf(owner) !== undefined || externals?.nameOf(owner) !== undefined) return true
  if (closureRecord(owner) !== undefined) return true
  // Errors and typed arrays (`TypeError`, `Buffer`) have no state beyond that of their kind; of other intrinsic classes nobody knows.
  if (intrinsicName(owner) !== undefined) return kind === 'error' || kind === 'view'
  return memberOf(owner, instance) !== undefined
}
