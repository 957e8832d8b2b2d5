/** Enough for the calls of most programs and, below them, the kernel's own. */
const CALL_SITES = 64

/**
 * Has errors keep more call sites than the engine's ten: the kernel finds out by those of its own, below the program's, that a stack goes on in
 * frames. Errors cost more only where stacks are deep. A program may set the limit as it likes.
 */
export function keepDeepStacks(): void {
  if (Error.stackTraceLimit < CALL_SITES) Reflect.set(Error, 'stackTraceLimit', CALL_SITES) // of no effect where intrinsics are frozen
}
