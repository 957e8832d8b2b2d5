import type { ErrorCode, Kernel, ThreadId } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import { serveCall, type Answering, type Refused } from '../answer.js'
import { refuse } from '../refusals.js'
import type { ObjectId } from '../regions/region.js'
import { Descriptors, DESCRIPTORS_MAX, type Descriptor } from './descriptors.js'
import { homeOfObject } from './object-numbers.js'
import { O_RDWR } from './open-flags.js'
import { objects } from './protocol.js'

/** The origin's side of shared memory objects: what the descriptors of its processes name. It speaks for them at the objects' homes. */
export class DescriptorTables {
  readonly #kernel: Kernel
  readonly #tables = new Map<ThreadId, Descriptors>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
    const { waitHome } = kernel
    waitHome.serve(objects.open, (from, message) => {
      serveCall(kernel, from, message, (done) => {
        this.#open(message, done)
      })
    })
    waitHome.serve(objects.openPath, (from, message) => {
      serveCall(kernel, from, message, (done) => {
        this.#openPath(message, done)
      })
    })
    waitHome.serve(objects.unlink, (from, message) => {
      serveCall(kernel, from, message, (done) => {
        this.#unlink(message.name, done)
      })
    })
    waitHome.serve(objects.truncate, (from, message) => {
      serveCall(kernel, from, message, (done) => {
        this.#truncate(message.pid, message.fd, message.length, done)
      })
    })
    waitHome.serve(objects.close, (from, message) => {
      serveCall(kernel, from, message, (done) => {
        done(this.#close(message.pid, message.fd))
      })
    })
    kernel.onProcessEnd((pid) => {
      this.#forget(pid)
    })
  }

  /** What a descriptor of this process names, or that it names nothing. */
  find(pid: ThreadId, fd: number): Descriptor | Refused {
    return this.#tables.get(pid)?.get(fd) ?? notOpen(fd)
  }

  #open(call: { pid: ThreadId; name: string; flags: number; mode: number }, done: Answering): void {
    const { pid, name, flags, mode } = call
    this.#kernel.messenger.request(this.#namesHome(), objects.openNamed, { pid, name, flags, mode }, (error, reply) => {
      if (error) done(lost(error))
      else if (reply.refused) done(refusedBy(reply.refused))
      else this.#enter(pid, { object: reply.object, writable: (flags & O_RDWR) !== 0 }, done)
    })
  }

  #openPath(call: { pid: ThreadId; path: string; flags: number; mode: number }, done: Answering): void {
    const { pid, path, flags, mode } = call
    this.#kernel.messenger.request(this.#filesHome(), objects.openFile, { pid, path, flags, mode }, (error, reply) => {
      if (error) done(lost(error))
      else if (reply.refused) done(refusedBy(reply.refused))
      else this.#enter(pid, { object: reply.object, writable: (flags & O_RDWR) !== 0 }, done)
    })
  }

  #enter(pid: ThreadId, descriptor: Descriptor, done: Answering): void {
    const table = this.#table(pid)
    const fd = table?.open(descriptor) ?? null
    if (fd !== null) {
      done({ value: fd })
      return
    }
    this.#tellClosed(pid, descriptor.object, 1)
    done(refuse('EMFILE', `the process has ${DESCRIPTORS_MAX} descriptors, as many as it can have: close some`))
  }

  #unlink(name: string, done: Answering): void {
    this.#kernel.messenger.request(this.#namesHome(), objects.unlinkNamed, { name }, (error, reply) => {
      if (error) done(lost(error))
      else done(reply.refused ? refusedBy(reply.refused) : { value: undefined })
    })
  }

  #truncate(pid: ThreadId, fd: number, length: number, done: Answering): void {
    const descriptor = this.find(pid, fd)
    if ('code' in descriptor) {
      done(descriptor)
      return
    }
    const { object, writable } = descriptor
    if (!writable) {
      done(refuse('EINVAL', `descriptor ${fd} was opened for reading only: open it by O_RDWR`))
      return
    }
    this.#kernel.messenger.request(homeOfObject(object), objects.resize, { object, length }, (error, reply) => {
      if (error) done(lost(error))
      else done(reply.refused ? refusedBy(reply.refused) : { value: undefined })
    })
  }

  #close(pid: ThreadId, fd: number): { value: undefined } | Refused {
    const descriptor = this.#tables.get(pid)?.close(fd)
    if (!descriptor) return notOpen(fd)
    this.#tellClosed(pid, descriptor.object, 1)
    return { value: undefined }
  }

  #tellClosed(pid: ThreadId, object: ObjectId, count: number): void {
    this.#kernel.messenger.send(homeOfObject(object), objects.closed, { pid, object, count })
  }

  /** Null if the process has ended meanwhile. */
  #table(pid: ThreadId): Descriptors | null {
    const process = this.#kernel.home.process(pid)
    if (!process || process.ending) return null
    let table = this.#tables.get(pid)
    if (!table) this.#tables.set(pid, (table = new Descriptors()))
    return table
  }

  #forget(pid: ThreadId): void {
    const table = this.#tables.get(pid)
    this.#tables.delete(pid)
    for (const { object } of table?.all() ?? []) this.#tellClosed(pid, object, 1)
  }

  /** Files are this machine's: its kernels agree on one of them, so that processes that map one file share its pages. */
  #filesHome(): KernelId {
    const alive = this.#kernel.membership.alive()
    const machine = alive.find(({ id }) => id === this.#kernel.id)?.node.name
    return alive.find(({ node }) => node.name === machine)?.id ?? this.#kernel.id
  }

  #namesHome(): KernelId {
    const [lowest] = this.#kernel.membership.alive()
    return lowest?.id ?? this.#kernel.id
  }
}

const notOpen = (fd: number): Refused => refuse('EBADF', `descriptor ${fd} is not open: open and shm_open give one`)

const lost = (error: Error): Refused =>
  refuse('EIO', `${error.message}: whether it did what was asked is not known, and what it kept is lost`)

/** A home's refusal, as it came by message. */
export const refusedBy = ({ code, explanation }: { code: string; explanation: string }): Refused =>
  refuse(code as ErrorCode, explanation)
