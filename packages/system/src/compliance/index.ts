/**
 * The compliance suite of the `Backend` port.
 *
 * @example
 * ```ts
 * import test from 'ava'
 * import { backendCompliance } from '@atoll/system/compliance'
 * import { MyBackend } from './my-backend.js'
 *
 * backendCompliance(test, 'MyBackend', (kernels) => new MyBackend({ kernels }))
 * ```
 *
 * @packageDocumentation
 */
export { backendCompliance, type Assertions, type MakeBackend, type Test } from './backend-compliance.js'
