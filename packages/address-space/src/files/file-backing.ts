import { createHash } from 'node:crypto'
import { PAGE_SIZE } from '../constants.js'
import type { HostFile } from './host-files.js'

/** A memory object's file, at the object's home: its pages come from there, and those that were changed go back. */
export class FileBacking {
  #file: HostFile
  /** Has a process mapped it so that it could write? */
  mayBeChanged = false
  /** Is what was changed on its way to the file, before the object goes? */
  isFlushing = false
  /** By page that has been read: what the file has there, as far as this system knows. */
  readonly #digests = new Map<number, string>()

  constructor(file: HostFile) {
    this.#file = file
  }

  /** It has been opened again: whichever of the two can do more is kept. */
  reopened(file: HostFile): void {
    const isBetter = file.canWrite && !this.#file.canWrite
    const [kept, other] = isBetter ? [file, this.#file] : [this.#file, file]
    this.#file = kept
    if (other !== kept) other.close()
  }

  get identity(): string {
    return this.#file.identity
  }

  length(): number {
    return this.#file.length()
  }

  /** Pages for whoever touches them first; beyond the file's end they are zero. */
  read(page: number, count: number): Uint8Array {
    const bytes = new Uint8Array(count * PAGE_SIZE)
    this.#file.read(page * PAGE_SIZE, bytes)
    for (let at = 0; at < count; at++) {
      this.#digests.set(page + at, digest(bytes.subarray(at * PAGE_SIZE, (at + 1) * PAGE_SIZE)))
    }
    return bytes
  }

  /** Those of these pages that somebody may have changed. */
  changeable(first: number, count: number): number[] {
    if (!this.mayBeChanged) return []
    return [...this.#digests.keys()].filter((page) => page >= first && page < first + count).sort((a, b) => a - b)
  }

  /** Writes a page if it is not what the file has there. `length`: the file's, beyond which nothing is written. */
  write(page: number, bytes: Uint8Array, length: number): void {
    const now = digest(bytes)
    if (!this.#digests.has(page) || this.#digests.get(page) === now) return
    const end = Math.min(length - page * PAGE_SIZE, PAGE_SIZE)
    if (end > 0) this.#file.write(page * PAGE_SIZE, bytes.subarray(0, end))
    this.#digests.set(page, now)
  }

  /** Its content is lost: there is nothing to be written. */
  lost(page: number): void {
    this.#digests.delete(page)
  }

  truncate(length: number): void {
    this.#file.truncate(length)
    for (const page of this.#digests.keys()) if (page * PAGE_SIZE >= length) this.#digests.delete(page)
  }

  close(): void {
    this.#file.close()
  }
}

/** A page's digest instead of a second copy of it. Not for secrets: for equality. */
const digest = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('base64')
