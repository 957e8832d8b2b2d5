/** Moves work between kernels: `@atoll/migration`, seen from below. */
export interface LoadBalancer {
  /** This kernel has nothing to run and is about to sleep. Called often: does nothing if it has nothing new to say. */
  idle(): void
  /** The scheduler has run some slices; are two fibers or more ready? Called often: does nothing if it has nothing new to say. */
  ran(isBacklogged: boolean): void
}
