import type { Owner } from './prototypes.js'

/** Is this a function of the engine or host, whose source can't be seen? True of bound functions too. */
export const isNative = (fn: Owner): boolean => Function.prototype.toString.call(fn).endsWith('{ [native code] }')
