import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'

/** How a file is opened. */
export interface FileOpening {
  readonly write: boolean
  /** Make it if there is none. */
  readonly create: boolean
  /** With `create`: refuse if there is one. */
  readonly exclusive: boolean
  /** Permission bits of a file that is made. */
  readonly mode: number
}

/** A file of the host that is open. Positions and lengths are bytes. Everything throws Node's system errors. */
export interface HostFile {
  /** The same for whatever opens the same file, by whatever path. */
  readonly identity: string
  readonly canWrite: boolean
  /** How long it is now. */
  length(): number
  /** Reads into all of `bytes`; what lies beyond its end stays as it is. */
  read(position: number, bytes: Uint8Array): void
  /** Writes all of `bytes`. */
  write(position: number, bytes: Uint8Array): void
  /** Cuts it to this length, or makes it so long by zeroes. */
  truncate(length: number): void
  /** Gives it back; no other call follows. */
  close(): void
}

/**
 * The files of a kernel's host, as far as memory maps them. Calls return when they are done: pages are short, and `sim` stays the same from run to run. Relative
 * paths are relative to the folder that the host's program was started in.
 */
export interface HostFiles {
  /** Opens a regular file. Throws Node's system errors, `code` `'ENODEV'` for what is none. */
  open(path: string, opening: FileOpening): HostFile
}

/** The files that Node sees. */
export class NodeFiles implements HostFiles {
  open(path: string, { write, create, exclusive, mode }: FileOpening): HostFile {
    const { O_RDWR, O_RDONLY, O_CREAT, O_EXCL, O_NONBLOCK } = constants
    const flags = (write ? O_RDWR : O_RDONLY) | (create ? O_CREAT : 0) | (exclusive ? O_EXCL : 0)
    // Not to wait for whoever opens the other end of a pipe.
    const fd = openSync(path, flags | O_NONBLOCK, mode)
    const stat = fstatSync(fd, { bigint: true })
    if (stat.isFile()) return new NodeFile(fd, `${stat.dev}:${stat.ino}`, write)
    closeSync(fd)
    throw Object.assign(new Error(`'${path}' is no regular file, and only those can be mapped`), { code: 'ENODEV' })
  }
}

class NodeFile implements HostFile {
  readonly #fd: number
  readonly identity: string
  readonly canWrite: boolean

  constructor(fd: number, identity: string, canWrite: boolean) {
    this.#fd = fd
    this.identity = identity
    this.canWrite = canWrite
  }

  length(): number {
    return fstatSync(this.#fd).size
  }

  read(position: number, bytes: Uint8Array): void {
    for (let at = 0, got = -1; at < bytes.length && got !== 0; at += got) {
      got = readSync(this.#fd, bytes, at, bytes.length - at, position + at)
    }
  }

  write(position: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      at += writeSync(this.#fd, bytes, at, bytes.length - at, position + at)
    }
  }

  truncate(length: number): void {
    ftruncateSync(this.#fd, length)
  }

  close(): void {
    closeSync(this.#fd)
  }
}
