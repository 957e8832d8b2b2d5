import type { KernelId } from '../kernel-id.js'
import type { LinkLimits } from '../link/link.js'
import type { Transport } from '../link/transport.js'

/** The assertions that the suite uses; AVA's are such. */
export interface Assertions {
  is(actual: unknown, expected: unknown, message?: string): void
  true(actual: unknown, message?: string): void
  deepEqual(actual: unknown, expected: unknown, message?: string): void
  throws(action: () => unknown, expectation: { instanceOf: new (...parameters: never[]) => Error }): unknown
}

/** Declares a test; AVA's `test` is such a function. */
export type DeclareTest = (title: string, body: (t: Assertions) => Promise<void>) => void

/** Some kernels' transports in a world of their own. */
export interface ComplianceNetwork {
  /** Of the kernels 1, 2, …, in this order, each able to reach every other. */
  readonly transports: readonly Transport[]
  /**
   * Lets whatever moves messages go on for a little: a turn of the event loop, one delivery. Anything that was sent must have arrived after
   * two thousand turns.
   */
  turn(): Promise<void>
  /** Has `to` receive, after all that `from` has sent it, bytes that no correct transport writes. They have talked before. */
  corrupt(from: KernelId, to: KernelId): void
}

/** What a transport's test hands to the suite. */
export interface LinkFixture {
  /** Makes a world of so many kernels whose links have these limits. */
  setup(kernels: number, limits: LinkLimits): Promise<ComplianceNetwork>
  teardown(network: ComplianceNetwork): Promise<void>
}
