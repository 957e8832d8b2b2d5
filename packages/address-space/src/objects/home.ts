import { errnoOf, originOf, type ErrorCode, type Kernel, type ThreadId } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import type { Refused } from '../answer.js'
import { PAGE_SIZE } from '../constants.js'
import { FileBacking } from '../files/file-backing.js'
import type { HostFile, HostFiles } from '../files/host-files.js'
import { pages as pageMessages } from '../pages/protocol.js'
import { refuse } from '../refusals.js'
import type { ObjectId } from '../regions/region.js'
import type { ObjectNumbers } from './object-numbers.js'
import { O_CREAT, O_EXCL, O_RDWR, O_TRUNC } from './open-flags.js'
import type { ObjectPages } from './pages-port.js'
import { objects } from './protocol.js'

/** Largest object: what a 48-bit address space could map. */
const SIZE_MAX = 2 ** 48

const OWNER_READS = 0o400
const OWNER_WRITES = 0o200

/** A shared memory object at its home. */
interface SharedObject {
  readonly id: ObjectId
  readonly mode: number
  /** Its name, until it is unlinked. */
  name: string | null
  /** Its size in bytes. */
  length: number
  /** How often each process has it open. */
  readonly opens: Map<ThreadId, number>
  /** How often each process has attached to it. */
  readonly attachments: Map<ThreadId, number>
  /** Changes of its size, the first of which is under way. */
  readonly resizings: { readonly length: number; readonly done: (refused: Refused | null) => void }[]
  /** Where its pages come from and go back to; `null`: it is memory alone. */
  readonly file: FileBacking | null
}

/** What `openNamed` asks for. */
interface Opening {
  readonly pid: ThreadId
  readonly name: string
  readonly flags: number
  readonly mode: number
}

/** The home of named memory: which names there are, how large what they name is, and who still uses it. */
export class SharedObjects {
  readonly #kernel: Kernel
  readonly #numbers: ObjectNumbers
  readonly #pages: () => ObjectPages
  readonly #names = new Map<string, SharedObject>()
  readonly #objects = new Map<ObjectId, SharedObject>()
  readonly #hostFiles: HostFiles
  /** By identity. */
  readonly #files = new Map<string, SharedObject>()

  constructor(kernel: Kernel, numbers: ObjectNumbers, pages: () => ObjectPages, hostFiles: HostFiles) {
    this.#kernel = kernel
    this.#hostFiles = hostFiles
    this.#numbers = numbers
    this.#pages = pages
    this.#serve()
  }

  /** How many there are. */
  get size(): number {
    return this.#objects.size
  }

  #serve(): void {
    const { messenger, membership } = this.#kernel
    messenger.serve(objects.openNamed, (_from, opening, reply) => {
      this.#open(opening, (outcome) => {
        reply('code' in outcome ? { object: 0, refused: outcome } : { object: outcome.id })
      })
    })
    messenger.serve(objects.unlinkNamed, (_from, { name }, reply) => {
      const refused = this.#unlink(name)
      reply(refused ? { refused } : {})
    })
    messenger.serve(objects.attach, (_from, { pid, object: id, writes }, reply) => {
      const object = this.#objects.get(id)
      if (object) this.#attach(object, pid, writes)
      reply(object ? { exists: { pages: pagesOf(object.length) } } : {})
    })
    messenger.on(objects.detach, (_from, { pid, object: id, count: times }) => {
      const object = this.#objects.get(id)
      if (!object) return
      count(object.attachments, pid, -times)
      this.#dropIfUnused(object)
    })
    messenger.on(objects.closed, (_from, { pid, object: id, count: times }) => {
      const object = this.#objects.get(id)
      if (!object) return
      count(object.opens, pid, -times)
      this.#dropIfUnused(object)
    })
    messenger.serve(objects.resize, (_from, { object: id, length }, reply) => {
      const object = this.#objects.get(id)
      const refused = object
        ? refuseSize(length)
        : refuse('EIO', 'the object is lost with the kernel that was its home')
      if (!object || refused) reply({ refused: refused ?? undefined })
      else this.#resize(object, length, (failed) => reply(failed ? { refused: failed } : {}))
    })
    this.#serveFiles()
    membership.events.on('died', ({ id }) => {
      this.#forgetUsersOf(id)
    })
    membership.events.on('left', ({ id }) => {
      this.#forgetUsersOf(id)
    })
  }

  #serveFiles(): void {
    const { messenger } = this.#kernel
    messenger.serve(objects.openFile, (_from, { pid, path, flags, mode }, reply) => {
      this.#openFile({ pid, name: path, flags, mode }, (outcome) => {
        reply('code' in outcome ? { object: 0, refused: outcome } : { object: outcome.id })
      })
    })
    messenger.serve(objects.writeBack, (_from, { object: id, first, count: pages }, reply) => {
      const object = this.#objects.get(id)
      if (!object) reply({ refused: refuse('EIO', 'the file is not open here any more') })
      else this.#writeBack(object, first, pages, (refused) => reply(refused ? { refused } : {}))
    })
    messenger.serve(pageMessages.read, (_from, { object: id, page, count: pages }, reply) => {
      reply({ bytes: this.#read(id, page, pages) })
    })
  }

  /** No bytes: it can't be read. */
  #read(id: ObjectId, page: number, pages: number): Uint8Array {
    try {
      return this.#objects.get(id)?.file?.read(page, pages) ?? new Uint8Array()
    } catch (error) {
      this.#kernel.logger.error('a mapped file could not be read', { object: id, page, error })
      return new Uint8Array()
    }
  }

  #openFile(opening: Opening, opened: (outcome: SharedObject | Refused) => void): void {
    const { pid, name, flags, mode } = opening
    let object: SharedObject
    try {
      const file = this.#hostFiles.open(name, {
        write: (flags & O_RDWR) !== 0,
        create: (flags & O_CREAT) !== 0,
        exclusive: (flags & O_EXCL) !== 0,
        mode,
      })
      const known = this.#files.get(file.identity)
      known?.file?.reopened(file)
      object = known ?? this.#createFile(file)
    } catch (error) {
      opened(refusedByHost(error))
      return
    }
    count(object.opens, pid, 1)
    if ((flags & O_TRUNC) === 0) opened(object)
    else {
      this.#resize(object, 0, (refused) => {
        if (refused) count(object.opens, pid, -1)
        opened(refused ?? object)
        this.#dropIfUnused(object)
      })
    }
  }

  #createFile(host: HostFile): SharedObject {
    const id = this.#numbers.allocate('file')
    const file = new FileBacking(host)
    const users = { opens: new Map<ThreadId, number>(), attachments: new Map<ThreadId, number>() }
    const object = { id, mode: 0, name: null, length: file.length(), ...users, resizings: [], file }
    this.#files.set(file.identity, object)
    this.#objects.set(id, object)
    return object
  }

  #attach(object: SharedObject, pid: ThreadId, writes: boolean): void {
    const { file, attachments } = object
    // Others may have changed the file's length while nobody here had pages of it.
    if (file !== null && attachments.size === 0) object.length = file.length()
    if (file !== null && writes) file.mayBeChanged = true
    count(attachments, pid, 1)
  }

  /** Writes what has been changed to its file. */
  #writeBack(object: SharedObject, first: number, pages: number, done: (refused: Refused | null) => void): void {
    const { id, file } = object
    if (file === null) {
      done(null)
      return
    }
    let refused: Refused | null = null
    const write = (page: number, bytes: Uint8Array | null): void => {
      if (bytes === null) {
        file.lost(page)
        this.#kernel.logger.error('a page of a mapped file is lost with the only kernel that had it', {
          object: id,
          page,
        })
        refused = refuse('EIO', `page ${page} of the file is lost with the only kernel that had it`)
        return
      }
      try {
        file.write(page, bytes, object.length)
      } catch (error) {
        this.#kernel.logger.error('a mapped file could not be written', { object: id, page, error })
        refused = refusedByHost(error)
      }
    }
    const end = Math.min(first + pages, pagesOf(object.length))
    this.#pages().collect(id, pagesOf(object.length), file.changeable(first, end - first), write, () => {
      done(refused)
    })
  }

  #open(opening: Opening, opened: (outcome: SharedObject | Refused) => void): void {
    const { pid, name, flags } = opening
    const known = this.#names.get(name)
    const refused = refuseOpening(known, opening)
    if (refused) {
      opened(refused)
      return
    }
    const object = known ?? this.#create(opening)
    count(object.opens, pid, 1)
    if ((flags & O_TRUNC) !== 0 && object.length > 0) this.#resize(object, 0, (failed) => opened(failed ?? object))
    else opened(object)
  }

  #create({ name, mode }: Opening): SharedObject {
    const id = this.#numbers.allocate()
    const object = { id, mode, name, length: 0, opens: new Map(), attachments: new Map(), resizings: [], file: null }
    this.#names.set(name, object)
    this.#objects.set(id, object)
    return object
  }

  /** It stays as long as somebody has it open or maps it. */
  #unlink(name: string): Refused | null {
    const object = this.#names.get(name)
    if (!object) return noSuchName(name)
    this.#names.delete(name)
    object.name = null
    this.#dropIfUnused(object)
    return null
  }

  /** One change of size after the other: what one cut off is gone before the next makes room again. */
  #resize(object: SharedObject, length: number, done: (refused: Refused | null) => void): void {
    object.resizings.push({ length, done })
    if (object.resizings.length === 1) this.#resizeNext(object)
  }

  #resizeNext(object: SharedObject): void {
    const [resizing] = object.resizings
    if (!resizing) return
    const before = pagesOf(object.length)
    const through = (refused: Refused | null): void => {
      object.resizings.shift()
      resizing.done(refused)
      this.#resizeNext(object)
      this.#dropIfUnused(object)
    }
    try {
      object.file?.truncate(resizing.length)
    } catch (error) {
      through(refusedByHost(error))
      return
    }
    const pages = pagesOf(resizing.length)
    this.#cut(object, Math.min(object.length, resizing.length), () => {
      object.length = resizing.length
      this.#tellUsers(object, pages, () => {
        if (pages >= before) through(null)
        else {
          this.#pages().discard(object.id, pages, before - pages, () => {
            through(null)
          })
        }
      })
    })
  }

  /** Ends the object there. What its last page has behind the end is zero: where it was cut off, and before it is part of the object. */
  #cut(object: SharedObject, length: number, done: () => void): void {
    const size = pagesOf(object.length)
    object.length = length
    const from = length % PAGE_SIZE
    if (from === 0) done()
    else this.#pages().clear(object.id, size, Math.floor(length / PAGE_SIZE), from, done)
  }

  /** Tells the origins of all processes that map it, and waits for them; one that dies meanwhile has nothing to say. */
  #tellUsers({ id, attachments }: SharedObject, pages: number, told: () => void): void {
    let awaited = attachments.size
    if (awaited === 0) told()
    const replied = (): void => {
      if (--awaited === 0) told()
    }
    for (const pid of [...attachments.keys()]) {
      this.#kernel.messenger.request(originOf(pid), objects.resized, { pid, object: id, pages }, replied)
    }
  }

  #forgetUsersOf(dead: KernelId): void {
    for (const object of [...this.#objects.values()]) {
      for (const users of [object.opens, object.attachments]) {
        for (const pid of users.keys()) if (originOf(pid) === dead) users.delete(pid)
      }
      this.#dropIfUnused(object)
    }
  }

  #dropIfUnused(object: SharedObject): void {
    const { id, name, opens, attachments, resizings, file } = object
    if (name !== null || opens.size > 0 || attachments.size > 0 || resizings.length > 0) return
    if (file?.isFlushing === true) return
    if (file?.mayBeChanged === true) {
      file.isFlushing = true
      this.#writeBack(object, 0, Infinity, () => {
        file.isFlushing = false
        file.mayBeChanged = attachments.size > 0
        this.#dropIfUnused(object)
      })
      return
    }
    if (!this.#objects.delete(id)) return
    if (file !== null) this.#files.delete(file.identity)
    file?.close()
    this.#pages().objectUnused(id)
    this.#numbers.release(id)
  }
}

/** A system error of the host's files. */
function refusedByHost(error: unknown): Refused {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException
  return refuse(errnoOf(code) === -1 ? 'EIO' : (code as ErrorCode), message)
}

const pagesOf = (length: number): number => Math.ceil(length / PAGE_SIZE)

function count(users: Map<ThreadId, number>, pid: ThreadId, change: number): void {
  const now = (users.get(pid) ?? 0) + change
  if (now > 0) users.set(pid, now)
  else users.delete(pid)
}

const noSuchName = (name: string): Refused =>
  refuse('ENOENT', `there is no shared memory object '${name}': it was never made (O_CREAT makes it), or unlinked`)

function refuseOpening(object: SharedObject | undefined, { name, flags }: Opening): Refused | null {
  if (!object) return flags & O_CREAT ? null : noSuchName(name)
  if (flags & O_CREAT && flags & O_EXCL) {
    return refuse('EEXIST', `there is a shared memory object '${name}': unlink it, or leave out O_EXCL to open it`)
  }
  const wanted = flags & O_RDWR ? OWNER_READS | OWNER_WRITES : OWNER_READS
  if ((object.mode & wanted) === wanted) return null
  const explanation = `'${name}' was made with mode 0${object.mode.toString(8)}, which does not let its owner open it so`
  return refuse('EACCES', explanation)
}

function refuseSize(length: number): Refused | null {
  if (length <= SIZE_MAX) return null
  return refuse('EFBIG', `${length} bytes are more than an object can have: ${SIZE_MAX}`)
}
