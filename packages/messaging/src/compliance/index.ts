/**
 * The compliance suite of the `Link` and `Transport` ports.
 *
 * @example
 * import test from 'ava'
 * import { linkCompliance } from '@atoll/messaging/compliance'
 *
 * linkCompliance(test, { setup: async (kernels, limits) => …, teardown: async (network) => … })
 *
 * @packageDocumentation
 */
export { linkCompliance } from './suite.js'
export type { Assertions, ComplianceNetwork, DeclareTest, LinkFixture } from './fixture.js'
