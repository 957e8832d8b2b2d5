import type { Kernel, ThreadId, WaitRequest } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { serveCall, type Answer, type Answering } from '../answer.js'
import { MAP_ANONYMOUS, MAP_PRIVATE, PAGE_SIZE, PROT_WRITE } from '../constants.js'
import { homeOfObject, isFile, type ObjectNumbers } from '../objects/object-numbers.js'
import { refusedBy, type DescriptorTables } from '../objects/origin.js'
import type { ObjectPages } from '../objects/pages-port.js'
import { objects } from '../objects/protocol.js'
import { refuse } from '../refusals.js'
import { mapRegion, type MapRequest } from './mapping.js'
import type { MappedObject } from './mapped-objects.js'
import { ProcessSpace, roundUp, type ResourceLimits } from './process-space.js'
import { ProgramBreak } from './program-break.js'
import { regions } from './protocol.js'
import type { AddressRange } from './region.js'
import { remapRange } from './remapping.js'
import { protectRange, refuseHole, unmapRange } from './unmapping.js'

/** What the origin keeps of a process. */
interface HomeSpace {
  readonly pid: ThreadId
  readonly space: ProcessSpace
  readonly programBreak: ProgramBreak
  /** Kernels that have learnt something of it: those to be told when it is not so any more. */
  readonly learners: Set<KernelId>
}

/** The address spaces of the processes that were created on this kernel: serves their threads, and the kernels that they are on. */
export class RegionHome {
  readonly #kernel: Kernel
  readonly #numbers: ObjectNumbers
  readonly #descriptors: DescriptorTables
  readonly #pages: () => ObjectPages
  readonly #spaces = new Map<ThreadId, HomeSpace>()
  /** Processes that have ended, and something of which is on its way to a file: what follows. */
  readonly #ending = new Map<ThreadId, () => void>()

  constructor(kernel: Kernel, numbers: ObjectNumbers, descriptors: DescriptorTables, pages: () => ObjectPages) {
    this.#kernel = kernel
    this.#numbers = numbers
    this.#descriptors = descriptors
    this.#pages = pages
    this.#serveThreads()
    this.#serveKernels()
    kernel.onProcessEnd((pid) => {
      this.#forget(pid)
    })
    const gone = (id: KernelId): void => {
      for (const { learners } of this.#spaces.values()) learners.delete(id)
    }
    kernel.membership.events.on('died', ({ id }) => {
      gone(id)
    })
    kernel.membership.events.on('left', ({ id }) => {
      gone(id)
    })
  }

  /** How many processes have something mapped, or had. */
  get size(): number {
    return this.#spaces.size
  }

  /** The space of a process of this kernel that has not ended. */
  spaceOf(pid: ThreadId): ProcessSpace | undefined {
    return this.#of(pid)?.space
  }

  /** `mmap` of fresh memory, anywhere, by a thread that is on this kernel: nothing is taken away, so the answer is there at once. */
  mapFresh(pid: ThreadId, request: MapRequest): Answer {
    let answer: Answer = refuse('ESRCH', `process ${pid} is ending`)
    const space = this.spaceOf(pid)
    if (space) mapRegion(space, request, null, (given) => (answer = given))
    return answer
  }

  #serveThreads(): void {
    const { waitHome } = this.#kernel
    waitHome.serve(regions.map, (from, message) => {
      this.#serve(from, message, (home, done) => {
        if (message.flags & MAP_ANONYMOUS) mapRegion(home.space, message, null, done)
        else this.#mapDescriptor(home, message, message, done)
      })
    })
    waitHome.serve(regions.unmap, (from, message) => {
      this.#serve(from, message, ({ space }, done) => {
        unmapRange(space, message.start, message.length, done)
      })
    })
    waitHome.serve(regions.protect, (from, message) => {
      this.#serve(from, message, ({ space }, done) => {
        protectRange(space, message.start, message.length, message.prot, done)
      })
    })
    waitHome.serve(regions.remap, (from, message) => {
      this.#serve(from, message, ({ space }, done) => {
        remapRange(space, message, done)
      })
    })
    waitHome.serve(regions.moveBreak, (from, message) => {
      this.#serve(from, message, ({ programBreak }, done) => {
        programBreak.move(message.to, message.relative, done)
      })
    })
    waitHome.serve(regions.check, (from, message) => {
      this.#serve(from, message, ({ space }, done) => {
        const range = { start: message.start, end: message.start + roundUp(message.length) }
        if (message.write) this.#sync(space, range, done)
        else check(space, range, message.discard, done)
      })
    })
    waitHome.serve(regions.limit, (from, message) => {
      this.#serve(from, message, ({ space }, done) => {
        done(limit(space, message.limits))
      })
    })
  }

  #serveKernels(): void {
    const { messenger } = this.#kernel
    messenger.serve(regions.learn, (from, { pid, address }, reply) => {
      const home = this.#of(pid)
      if (!home) {
        reply({})
        return
      }
      home.learners.add(from)
      home.space.lookUp(address, (region) => {
        reply(region ? { region } : {})
      })
    })
    messenger.serve(objects.resized, (_from, { pid, object, pages }, reply) => {
      const space = this.#spaces.get(pid)?.space
      if (space) space.objectResized(object, pages, () => reply({}))
      else reply({})
    })
  }

  #serve(from: KernelId, request: WaitRequest, run: (home: HomeSpace, done: Answering) => void): void {
    serveCall(this.#kernel, from, request, (done) => {
      const home = this.#of(request.pid)
      if (home) run(home, done)
      else done(refuse('ESRCH', `process ${request.pid} is ending`))
    })
  }

  /** Attaches the process to what a descriptor names, then maps it. */
  #mapDescriptor(
    home: HomeSpace,
    request: MapRequest,
    { fd, offset }: { readonly fd: number; readonly offset: number },
    done: Answering,
  ): void {
    const { pid, space } = home
    const descriptor = this.#descriptors.find(pid, fd)
    if ('code' in descriptor) {
      done(descriptor)
      return
    }
    const { object: id, writable } = descriptor
    const readOnly = !writable && (request.flags & MAP_PRIVATE) === 0
    if (readOnly && (request.prot & PROT_WRITE) !== 0) {
      done(refuse('EACCES', `descriptor ${fd} was opened for reading only: open it by O_RDWR, or map it MAP_PRIVATE`))
      return
    }
    const writes = writable && (request.flags & MAP_PRIVATE) === 0
    this.#kernel.messenger.request(homeOfObject(id), objects.attach, { pid, object: id, writes }, (error, reply) => {
      if (error) done(refuse('EIO', `${error.message}: the object is lost`))
      else if (!reply.exists)
        done(refuse('EIO', `what descriptor ${fd} names is lost with the kernel that was its home`))
      else if (this.#spaces.get(pid) !== home)
        this.#detach(pid, id, 1) // it has ended meanwhile
      else {
        const object = space.objects.attach(id, reply.exists.pages)
        mapRegion(space, request, { object, offset, readOnly }, (answer) => {
          space.release(object)
          done(answer)
        })
      }
    })
  }

  /** `msync`: answers when the files that are mapped there have what was changed. */
  #sync(space: ProcessSpace, range: AddressRange, done: Answering): void {
    const refused = refuseHole(space, range)
    let answer: Answer = refused ?? { value: undefined }
    const files = refused ? [] : space.map.within(range).filter(({ object }) => isFile(object))
    let awaited = files.length
    if (awaited === 0) done(answer)
    for (const { object, offset, start, end } of files) {
      const part = { object, first: offset / PAGE_SIZE, count: (end - start) / PAGE_SIZE }
      this.#kernel.messenger.request(homeOfObject(object), objects.writeBack, part, (error, reply) => {
        if (error) answer = refuse('EIO', `${error.message}: what was changed is not written`)
        else if (reply.refused) answer = refusedBy(reply.refused)
        if (--awaited === 0) done(answer)
      })
    }
  }

  #of(pid: ThreadId): HomeSpace | undefined {
    const known = this.#spaces.get(pid)
    if (known) return known
    const process = this.#kernel.home.process(pid)
    if (!process || process.ending) return undefined
    const home = this.#create(pid)
    this.#spaces.set(pid, home)
    return home
  }

  #create(pid: ThreadId): HomeSpace {
    const learners = new Set<KernelId>()
    const pages = this.#pages
    const space = new ProcessSpace({
      withdraw: (ranges, done) => {
        this.#withdraw(pid, learners, ranges, done)
      },
      get pages() {
        return pages()
      },
      memoryBytes: () => this.#memoryBytes(),
      newObject: () => this.#numbers.allocate(),
      unused: (unused, done) => {
        let awaited = 1
        const dropped = (): void => {
          if (--awaited === 0) done()
        }
        for (const object of unused) {
          awaited++
          this.#unused(pid, object, dropped)
        }
        dropped()
      },
    })
    return { pid, space, programBreak: new ProgramBreak(space), learners }
  }

  /** Tells every kernel that has learnt something, and waits for them; one that dies meanwhile knows nothing any more. */
  #withdraw(pid: ThreadId, learners: ReadonlySet<KernelId>, ranges: readonly AddressRange[], done: () => void): void {
    let awaited = ranges.length === 0 ? 0 : learners.size
    if (awaited === 0) {
      done()
      return
    }
    const acknowledged = (): void => {
      if (--awaited === 0) done()
    }
    const withdrawal = { pid, ranges: ranges.map(({ start, end }) => ({ start, end })) }
    for (const kernel of [...learners]) {
      this.#kernel.messenger.request(kernel, regions.withdraw, withdrawal, acknowledged)
    }
  }

  #unused(pid: ThreadId, { id, owner, attachments, pages }: MappedObject, done: () => void): void {
    if (owner === 'process') {
      this.#pages().objectUnused(id)
      this.#numbers.release(id)
      done()
    } else if (isFile(id)) {
      const all = { object: id, first: 0, count: pages }
      this.#kernel.messenger.request(homeOfObject(id), objects.writeBack, all, (...[error]) => {
        // There is nobody left to be told. What could not be written is in the log of the file's home, if that lives.
        if (error) this.#kernel.logger.error(LOST_CHANGES, { pid, object: id, error })
        this.#detach(pid, id, attachments)
        done()
      })
    } else {
      this.#detach(pid, id, attachments)
      done()
    }
  }

  #detach(pid: ThreadId, object: number, count: number): void {
    this.#kernel.messenger.send(homeOfObject(object), objects.detach, { pid, object, count })
  }

  #forget(pid: ThreadId): void {
    const home = this.#spaces.get(pid)
    this.#spaces.delete(pid)
    if (!home) return
    this.#ending.set(pid, () => undefined)
    home.space.end(() => {
      const ended = this.#ending.get(pid)
      this.#ending.delete(pid)
      ended?.()
    })
  }

  /** Calls `done` when nothing of a process that has ended is on its way to a file any more. */
  whenWritten(pid: ThreadId, done: () => void): void {
    if (this.#ending.has(pid)) this.#ending.set(pid, done)
    else done()
  }

  /** Kernels of one machine describe the same memory. */
  #memoryBytes(): number {
    const machines = new Map(this.#kernel.membership.alive().map(({ node }) => [node.name, node.memoryBytes]))
    return [...machines.values()].reduce((sum, bytes) => sum + bytes, 0)
  }
}

const LOST_CHANGES = 'what was changed of a mapped file is lost with the kernel that was its home'

/** `msync`, `madvise`: the range must be mapped; its private pages are to be what they were at first, if `discard`. */
function check(space: ProcessSpace, range: AddressRange, discard: boolean, done: Answering): void {
  const refused = refuseHole(space, range)
  if (refused || !discard) {
    done(refused ?? { value: undefined })
    return
  }
  const privateParts = space.map.within(range).filter(({ flags }) => (flags & MAP_PRIVATE) !== 0)
  space.discard(privateParts, () => {
    done({ value: undefined })
  })
}

/** `getrlimit`, `setrlimit`: answers with the limits before. */
function limit(space: ProcessSpace, limits: ResourceLimits | undefined): Answer {
  const before = space.limits
  if (limits) {
    if (limits.hard > before.hard) {
      return refuse('EPERM', `the hard limit is ${before.hard}: it can be lowered only, not raised to ${limits.hard}`)
    }
    space.limits = { soft: limits.soft, hard: limits.hard }
  }
  return { value: before }
}
