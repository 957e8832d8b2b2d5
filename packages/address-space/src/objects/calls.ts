import { block, callingThread, homeWaitCode, PosixError, type SUSPENDED } from '@atoll/kernel'
import { readDescriptor, readLength } from '../regions/arguments.js'
import { O_CLOEXEC, O_CREAT, O_EXCL, O_RDWR, O_TRUNC } from './open-flags.js'
import { objects } from './protocol.js'

type Blocked = typeof SUSPENDED

/** Linux's `NAME_MAX`. */
const NAME_MAX = 255

/** `shm_open`, see `@atoll/posix`. */
export function openShared(name: string, oflag: number, mode: number): Blocked {
  const flags = readOpenFlags(oflag)
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    throw new PosixError('EINVAL', 'shm_open', `mode ${String(mode)} is not made of permission bits, such as 0o600`)
  }
  const { kernel, origin, pid } = callingThread('shm_open').process
  const plain = readName('shm_open', name)
  return block(kernel, { $f: OPEN, $p: 0, $c: null, home: origin, pid, name: plain, flags, mode })
}

/** `open`, see `@atoll/posix`. */
export function openFile(path: string, oflag: number, mode: number): Blocked {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new PosixError('ENOENT', 'open', `'${String(path)}' is no path of a file`)
  }
  const flags = readFileFlags(oflag)
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    throw new PosixError('EINVAL', 'open', `mode ${String(mode)} is not made of permission bits, such as 0o600`)
  }
  const { kernel, origin, pid } = callingThread('open').process
  return block(kernel, { $f: OPEN_PATH, $p: 0, $c: null, home: origin, pid, path, flags, mode })
}

interface PathSlots {
  readonly pid: number
  readonly path: string
  readonly flags: number
  readonly mode: number
}

const OPEN_PATH = homeWaitCode<PathSlots>('open', {
  slots: ['pid', 'path', 'flags', 'mode'],
  cancellable: true,
  request: ({ home, pid, path, flags, mode }, reference, { messenger }) => {
    messenger.send(home, objects.openPath, { ...reference, pid, path, flags, mode })
  },
})

interface OpenSlots {
  readonly pid: number
  readonly name: string
  readonly flags: number
  readonly mode: number
}

const OPEN = homeWaitCode<OpenSlots>('shm_open', {
  slots: ['pid', 'name', 'flags', 'mode'],
  request: ({ home, pid, name, flags, mode }, reference, { messenger }) => {
    messenger.send(home, objects.open, { ...reference, pid, name, flags, mode })
  },
})

/** `shm_unlink`, see `@atoll/posix`. */
export function unlinkShared(name: string): Blocked {
  const { kernel, origin, pid } = callingThread('shm_unlink').process
  const plain = readName('shm_unlink', name)
  return block(kernel, { $f: UNLINK, $p: 0, $c: null, home: origin, pid, name: plain })
}

const UNLINK = homeWaitCode<{ readonly pid: number; readonly name: string }>('shm_unlink', {
  slots: ['pid', 'name'],
  request: ({ home, pid, name }, reference, { messenger }) => {
    messenger.send(home, objects.unlink, { ...reference, pid, name })
  },
})

/** `ftruncate`, see `@atoll/posix`. */
export function truncateShared(fd: number, length: number): Blocked {
  const descriptor = readDescriptor('ftruncate', fd)
  const bytes = readLength('ftruncate', 'length', length, 'or none')
  const { kernel, origin, pid } = callingThread('ftruncate').process
  return block(kernel, { $f: TRUNCATE, $p: 0, $c: null, home: origin, pid, fd: descriptor, length: bytes })
}

interface TruncateSlots {
  readonly pid: number
  readonly fd: number
  readonly length: number
}

const TRUNCATE = homeWaitCode<TruncateSlots>('ftruncate', {
  slots: ['pid', 'fd', 'length'],
  request: ({ home, pid, fd, length }, reference, { messenger }) => {
    messenger.send(home, objects.truncate, { ...reference, pid, fd, length })
  },
})

/** `close`, see `@atoll/posix`. */
export function closeDescriptor(fd: number): Blocked {
  const descriptor = readDescriptor('close', fd)
  const { kernel, origin, pid } = callingThread('close').process
  return block(kernel, { $f: CLOSE, $p: 0, $c: null, home: origin, pid, fd: descriptor })
}

const CLOSE = homeWaitCode<{ readonly pid: number; readonly fd: number }>('close', {
  slots: ['pid', 'fd'],
  cancellable: true,
  request: ({ home, pid, fd }, reference, { messenger }) => {
    messenger.send(home, objects.close, { ...reference, pid, fd })
  },
})

/** A name without its slash. Throws `EINVAL`, `ENAMETOOLONG`. */
function readName(syscall: string, name: string): string {
  const plain = typeof name === 'string' ? name.replace(/^\/+/, '') : ''
  if (plain === '' || plain === '.' || plain === '..' || /[/\0]/.test(plain)) {
    throw new PosixError('EINVAL', syscall, `'${String(name)}' is not the name of shared memory: '/' and a file name`)
  }
  if (plain.length <= NAME_MAX) return plain
  throw new PosixError('ENAMETOOLONG', syscall, `a name of ${plain.length} characters is too long: ${NAME_MAX} at most`)
}

/** Files are opened to be mapped: for what only reading and writing by `read` and `write` needs, they can't be. */
function readFileFlags(oflag: number): number {
  if (!Number.isInteger(oflag)) throw new PosixError('EINVAL', 'open', `flags ${String(oflag)} is not an integer`)
  if ((oflag & ~(O_RDWR | O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC)) !== 0) {
    const explanation = `flags 0o${(oflag >>> 0).toString(8)}: host files are opened to be mapped, by O_RDONLY or O_RDWR, and O_CREAT, O_EXCL, O_TRUNC, O_CLOEXEC`
    throw new PosixError('ENOTSUP', 'open', explanation)
  }
  if ((oflag & O_TRUNC) === 0 || (oflag & O_RDWR) !== 0) return oflag
  throw new PosixError('EINVAL', 'open', 'flags names O_TRUNC with O_RDONLY: to cut it, open it by O_RDWR')
}

function readOpenFlags(oflag: number): number {
  const isKnown = Number.isInteger(oflag) && (oflag & ~(O_RDWR | O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC)) === 0
  if (!isKnown) {
    const known = 'O_RDONLY or O_RDWR, and O_CREAT, O_EXCL, O_TRUNC, O_CLOEXEC'
    throw new PosixError('EINVAL', 'shm_open', `oflag ${String(oflag)} is not made of ${known}`)
  }
  if ((oflag & O_TRUNC) === 0 || (oflag & O_RDWR) !== 0) return oflag
  throw new PosixError('EINVAL', 'shm_open', 'oflag names O_TRUNC with O_RDONLY: to cut it, open it by O_RDWR')
}
