/**
 * What lowered modules import as `atoll:runtime`: small functions that generated code calls. A program image holds those
 * that its modules use, once. They are compiled like everything else here, but never run here: their surroundings are an
 * image's, with its `$i` and `$U`.
 */

export * from './array-patterns.js'
export * from './async-iteration.js'
export * from './calls.js'
export * from './dead-zones.js'
export * from './delegation.js'
export { $keyed, $rename } from './function-names.js'
export * from './iteration.js'
export * from './module-evaluation.js'
export { $accessor, $homed, $join } from './object-literals.js'
export * from './private-names.js'
export * from './properties.js'
export * from './resources.js'
export * from './super-references.js'
