/** One thing that is wrong with a program: where, what, and what to do about it. */
export interface Diagnostic {
  /** Path of the source file, relative to the program's root where it lies below it. */
  readonly file: string
  /** 1-based line in the original source. */
  readonly line: number
  /** 1-based column in the original source, in UTF-16 units. */
  readonly column: number
  /** What is wrong, naming the culprit; one sentence without its full stop. */
  readonly message: string
  /** What the author can do about it; one sentence without its full stop. */
  readonly remedy: string
  /** Text of the source line, where it is known: what {@link formatCompileError} shows. */
  readonly excerpt?: string
}

/** Thrown when a program cannot be compiled. It carries everything that was found wrong, in source order per file. */
export class CompileError extends Error {
  override readonly name = 'CompileError'
  readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]]

  /** @param diagnostics What is wrong; at least one. */
  constructor(diagnostics: readonly [Diagnostic, ...Diagnostic[]], options?: ErrorOptions) {
    super(diagnostics.map(describe).join('\n'), options)
    this.diagnostics = diagnostics
  }

  /** File of the first diagnostic. */
  get file(): string {
    return this.diagnostics[0].file
  }

  /** 1-based line of the first diagnostic. */
  get line(): number {
    return this.diagnostics[0].line
  }

  /** 1-based column of the first diagnostic. */
  get column(): number {
    return this.diagnostics[0].column
  }
}

const describe = ({ file, line, column, message, remedy }: Diagnostic): string =>
  `${file}:${line}:${column}: ${message}: ${remedy}`
