import { originOf, type Kernel, type ThreadId } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import type { Refused } from '../answer.js'
import { PAGE_SIZE } from '../constants.js'
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
  readonly resizings: { readonly length: number; readonly done: () => void }[]
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

  constructor(kernel: Kernel, numbers: ObjectNumbers, pages: () => ObjectPages) {
    this.#kernel = kernel
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
    messenger.serve(objects.attach, (_from, { pid, object: id }, reply) => {
      const object = this.#objects.get(id)
      if (object) count(object.attachments, pid, 1)
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
      else this.#resize(object, length, () => reply({}))
    })
    membership.events.on('died', ({ id }) => {
      this.#forgetUsersOf(id)
    })
    membership.events.on('left', ({ id }) => {
      this.#forgetUsersOf(id)
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
    if ((flags & O_TRUNC) !== 0 && object.length > 0) this.#resize(object, 0, () => opened(object))
    else opened(object)
  }

  #create({ name, mode }: Opening): SharedObject {
    const id = this.#numbers.allocate()
    const object = { id, mode, name, length: 0, opens: new Map(), attachments: new Map(), resizings: [] }
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
  #resize(object: SharedObject, length: number, done: () => void): void {
    object.resizings.push({ length, done })
    if (object.resizings.length === 1) this.#resizeNext(object)
  }

  #resizeNext(object: SharedObject): void {
    const [resizing] = object.resizings
    if (!resizing) return
    const before = pagesOf(object.length)
    object.length = resizing.length
    const pages = pagesOf(object.length)
    const through = (): void => {
      object.resizings.shift()
      resizing.done()
      this.#resizeNext(object)
      this.#dropIfUnused(object)
    }
    this.#tellUsers(object, pages, () => {
      if (pages < before) this.#pages().discard(object.id, pages, before - pages, through)
      else through()
    })
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

  #dropIfUnused({ id, name, opens, attachments, resizings }: SharedObject): void {
    if (name !== null || opens.size > 0 || attachments.size > 0 || resizings.length > 0) return
    if (!this.#objects.delete(id)) return
    this.#pages().objectUnused(id)
    this.#numbers.release(id)
  }
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
