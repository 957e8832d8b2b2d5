/** What a resumable function returns instead of a value when it has spilled its frame and given up the stack. */
export const SUSPENDED: unique symbol = Symbol('atoll.suspended')

/** The value of a captured variable before its declaration has run (its temporal dead zone). */
export const UNINITIALIZED: unique symbol = Symbol('atoll.uninitialized')

/** One suspension point of a resumable function: what its frame holds there, and where it is in the source. */
export interface Point {
  /** Names of the frame's slots that are live at this point, in encoding order. */
  readonly slots: readonly string[]
  /** The source's names of these slots, for diagnostics; `''` for a compiler temporary. */
  readonly names: readonly string[]
  /** 1-based line in the original source. */
  readonly line: number
  /** 1-based column in the original source. */
  readonly column: number
}

/** A resumable function's description: what it takes to go on with one of its frames. Registered once per image instance. */
export interface Code {
  /** Function id: module path + position, unique within its image. Built-in codes have ids that begin with `atoll:`. */
  readonly id: string
  /** The function's name as the source has it, for diagnostics. */
  readonly name: string
  /** Path of the source file, relative to the program's root; `''` for built-in codes. */
  readonly file: string
  /** Indexed by a frame's `$p`. */
  readonly points: readonly Point[]
  /**
   * Go on with `frame` on the current stack. `value` is what the awaited callee returned, or threw if `thrown`.
   * Returns the function's result, or {@link SUSPENDED} after linking a new frame; throws what the function throws.
   */
  readonly resume: (frame: Frame, value: unknown, thrown: boolean) => unknown
}

/**
 * One activation of a resumable function. A literal of fixed shape per suspension point, made afresh each time;
 * beside the header it has exactly the slots named by `$f.points[$p].slots`.
 */
export interface Frame {
  readonly $f: Code
  readonly $p: number
  /** The caller's frame, `null` at the bottom of the stack. */
  $c: Frame | null
  readonly [slot: string]: unknown
}
