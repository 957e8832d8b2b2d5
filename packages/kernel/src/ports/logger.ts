import { writeSync } from 'node:fs'
import { inspect } from 'node:util'
import type { InjectionToken } from 'tsyringe'

/** From the least to the most urgent. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** How urgent a log line is. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What a line is about, beside its text: kernel, peer, message type, … */
export type LogDetails = Readonly<Record<string, unknown>>

/** Where the system tells its operator what happened. Never throws. */
export interface Logger {
  /** What only somebody who looks for a fault wants to know. */
  debug(message: string, details?: LogDetails): void
  /** What happened as it should. */
  info(message: string, details?: LogDetails): void
  /** What went wrong and was dealt with. */
  warn(message: string, details?: LogDetails): void
  /** What went wrong and must be seen to. */
  error(message: string, details?: LogDetails): void
  /** A logger that adds `details` to each of its lines. */
  child(details: LogDetails): Logger
}

/** Default: {@link StderrLogger}. */
export const Logger: InjectionToken<Logger> = Symbol('atoll.Logger')

/** See {@link StderrLogger}. */
export interface StderrLoggerOptions {
  /** Lines below this level are dropped. @default 'warn' */
  readonly level?: LogLevel
  /** Added to each line. @default {} */
  readonly details?: LogDetails
  /** Receives each line, newline included. @default standard error */
  readonly write?: (line: string) => void
}

/** One line per event on standard error: `atoll warn: message key=value`. */
export class StderrLogger implements Logger {
  readonly #threshold: number
  readonly #details: LogDetails
  readonly #write: (line: string) => void

  constructor(options: StderrLoggerOptions = {}) {
    this.#threshold = LOG_LEVELS.indexOf(options.level ?? 'warn')
    this.#details = options.details ?? {}
    this.#write = options.write ?? writeToStderr
  }

  /** Writes a line of level `debug`. */
  debug(message: string, details?: LogDetails): void {
    this.#log('debug', message, details)
  }

  /** Writes a line of level `info`. */
  info(message: string, details?: LogDetails): void {
    this.#log('info', message, details)
  }

  /** Writes a line of level `warn`. */
  warn(message: string, details?: LogDetails): void {
    this.#log('warn', message, details)
  }

  /** Writes a line of level `error`. */
  error(message: string, details?: LogDetails): void {
    this.#log('error', message, details)
  }

  /** Same level and destination, more details. */
  child(details: LogDetails): StderrLogger {
    // The fallback is a level that exists: the threshold came from the same table.
    const level = LOG_LEVELS[this.#threshold] ?? 'warn'
    return new StderrLogger({ level, details: { ...this.#details, ...details }, write: this.#write })
  }

  #log(level: LogLevel, message: string, details?: LogDetails): void {
    if (LOG_LEVELS.indexOf(level) < this.#threshold) return
    const fields = Object.entries({ ...this.#details, ...details }).map(([key, value]) => ` ${key}=${format(value)}`)
    this.#write(`atoll ${level}: ${message}${fields.join('')}\n`)
  }
}

/** Strings as they are unless they would blur the line; the rest on one line, errors with their stack. */
function format(value: unknown): string {
  if (typeof value === 'string') return /^[^\s="]+$/.test(value) ? value : JSON.stringify(value)
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message)
  return inspect(value, { breakLength: Infinity, depth: 4 })
}

/**
 * Synchronous: a worker's `process.stderr` goes through the main isolate's event loop, and what a kernel says just before it is
 * terminated would be lost. Only when a pipe is full is the line handed to the stream, which waits.
 */
function writeToStderr(line: string): void {
  try {
    writeSync(2, line)
  } catch {
    process.stderr.write(line)
  }
}
