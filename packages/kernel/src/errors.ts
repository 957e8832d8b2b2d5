/** Where in a program something is, for messages: `Server.accept (src/server.ts:42)`. */
export interface SourcePlace {
  /** The function's name as the source has it; `''` if it has none. */
  readonly functionName: string
  /** Path relative to the program's root; `''` for built-in functions. */
  readonly file: string
  /** 1-based. */
  readonly line: number
}

/** What {@link NotMovableError} knows about a value that can't move. */
export interface NotMovable {
  /** Path from the variable to the value, `cfg.pool[3].socket`; `''` if the value itself was handed over. */
  readonly variable: string
  /** The function whose frame reaches the value; `null` if the value was handed over outside of a frame. */
  readonly place: SourcePlace | null
  /** What the value is and why that can't move, `a Socket, whose class is not part of the program`. */
  readonly reason: string
  /** What the programmer can do about it: an imperative clause. */
  readonly remedy: string
}

/** Thrown when a thread, argument or result holds a value that can't move to another kernel. Nothing was changed. */
export class NotMovableError extends Error {
  readonly code = 'ENOTSUP'
  readonly variable: string
  readonly functionName: string
  readonly file: string
  /** 1-based line in `file`; 0 if unknown. */
  readonly line: number
  readonly reason: string

  constructor({ variable, place, reason, remedy }: NotMovable) {
    super(`${subject(variable, place)} cannot move: it is ${reason}. Remedy: ${remedy}`)
    this.variable = variable
    this.functionName = place?.functionName ?? ''
    this.file = place?.file ?? ''
    this.line = place?.line ?? 0
    this.reason = reason
  }

  override get name(): string {
    return 'NotMovableError'
  }
}

/** Thrown when bytes are not what the value encoder writes: truncated, damaged or forged. */
export class MalformedImageError extends Error {
  readonly code = 'EBADMSG'
  constructor(culprit: string, offset: number, options?: ErrorOptions) {
    super(`malformed value image: ${culprit} at byte ${offset}. Remedy: have the sender encode it again`, options)
  }

  override get name(): string {
    return 'MalformedImageError'
  }
}

/** Thrown when a value image refers to code or names that this kernel's instance of the program does not have. */
export class UnknownCodeError extends Error {
  readonly code = 'ENOEXEC'
  constructor(
    kind: 'function' | 'resume point of function' | 'closure' | 'name' | 'external' | 'intrinsic' | 'member',
    /** The id or name that was not found. */
    readonly id: string,
  ) {
    super(
      `unknown ${kind} '${id}'. Remedy: instantiate the program image that the sender runs (its hash names it) first`,
    )
  }

  override get name(): string {
    return 'UnknownCodeError'
  }
}

/** Thrown when a start routine assigns variables that it captured: it gets copies of them, so the assignment would be lost. */
export class AssignedCaptureError extends Error {
  readonly code = 'EINVAL'
  constructor(
    /** Names of the captured variables that the routine assigns. */
    readonly variables: readonly string[],
    place: SourcePlace,
  ) {
    const names = variables.map((name) => `'${name}'`).join(', ')
    super(
      `${describe(place)} assigns the captured ${variables.length === 1 ? 'variable' : 'variables'} ${names}; a start routine ` +
        'works on copies, so the assignment would be lost. Remedy: return the value, or keep it in shared memory',
    )
  }

  override get name(): string {
    return 'AssignedCaptureError'
  }
}

/** Ends a process that prints faster than anybody reads, from functions that can't be held back. */
export class OutputOverflowError extends Error {
  readonly code = 'ENOBUFS'
  constructor(
    /** The process's number. */
    readonly pid: number,
    limitBytes: number,
  ) {
    super(
      `process ${pid} has printed more than ${limitBytes} bytes that nobody has taken yet: what comes next is lost. Remedy: print from ` +
        'async functions, with an await or a loop of theirs between the lines: there the program waits for its reader',
    )
  }

  override get name(): string {
    return 'OutputOverflowError'
  }
}

/** Thrown out of a kernel's loop, which has ended: something went wrong in the kernel that is no program's fault. */
export class KernelFaultError extends Error {
  readonly code = 'EFAULT'
  constructor(cause: unknown) {
    const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    super(`the kernel's loop ended by a fault of its own, please report it: ${what}`, { cause })
  }

  override get name(): string {
    return 'KernelFaultError'
  }
}

/** Thrown when a program image's code does not have the hash that names it: damaged, forged, or put together by hand. */
export class WrongImageError extends Error {
  readonly code = 'ENOEXEC'
  constructor(name: string, hash: string, actual: string, from: string) {
    super(`${from} gave the image of ${name} as ${hash}, but its code has the hash ${actual}. Remedy: compile it again`)
  }

  override get name(): string {
    return 'WrongImageError'
  }
}

const subject = (variable: string, place: SourcePlace | null): string => {
  const value = variable === '' ? 'the value' : `'${variable}'`
  return place === null ? value : `${value} in ${describe(place)}`
}

const describe = ({ functionName, file, line }: SourcePlace): string => {
  const name = functionName === '' ? 'an anonymous function' : functionName
  return file === '' ? name : `${name} (${file}:${line})`
}
