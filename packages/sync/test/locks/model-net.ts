import type { KernelId, MessageType, RequestType } from '@atoll/messaging'
import type { LockKernel } from '../../src/locks/ports.js'

/** Something that can happen next at one kernel. */
export interface Arrival {
  readonly name: string
  readonly at: KernelId
  readonly act: () => void
}

interface Parcel {
  readonly name: string
  readonly content: unknown
  readonly deliver: () => void
}

type Handler = (from: KernelId, message: unknown, reply?: (answer: unknown) => void) => void
type Callback = (error: Error | null, reply?: unknown) => void

/** A kernel that an explorer drives: what the lock protocol needs of one, over links whose messages wait until they are delivered. */
class ModelKernel {
  readonly handlers = new Map<number, Handler>()
  readonly #listeners: ((member: { id: KernelId }) => void)[] = []
  /** Of the membership: who listens for departures. */
  readonly events = {
    on: (event: string, listener: (member: { id: KernelId }) => void): void => {
      if (event === 'died') this.#listeners.push(listener)
    },
  }
  readonly gone = new Set<KernelId>()
  readonly #net: ModelNet
  readonly id: KernelId

  constructor(net: ModelNet, id: KernelId) {
    this.#net = net
    this.id = id
  }

  on = (type: { readonly code: number }, handler: Handler): void => {
    this.handlers.set(type.code, handler)
  }
  serve = this.on

  send = (to: KernelId, type: MessageType<unknown>, message: object): void => {
    this.#net.post(this.id, to, type.priority, {
      name: type.name,
      content: 'result' in message ? { ...message, result: String(message.result) } : message,
      deliver: () => this.#net.kernel(to).handlers.get(type.code)?.(this.id, message),
    })
  }

  request = (to: KernelId, type: RequestType<unknown, unknown>, query: unknown, callback: Callback): void => {
    const ask = (): void => {
      this.#net.kernel(to).handlers.get(type.code)?.(this.id, query, (answer) => {
        this.#net.post(to, this.id, type.priority, {
          name: `${type.name} reply`,
          content: answer,
          deliver: () => {
            open.delete(callback)
            callback(null, answer)
          },
        })
      })
    }
    const open = this.#net.open(this.id, to)
    open.add(callback)
    this.#net.post(this.id, to, type.priority, { name: type.name, content: query, deliver: ask })
  }

  died(id: KernelId): void {
    for (const listener of this.#listeners) listener({ id })
  }

  get = (id: KernelId): { state: string } => ({ state: this.gone.has(id) ? 'dead' : 'alive' })
  isAlive = (id: KernelId): boolean => !this.gone.has(id)
  alive = (): { id: KernelId }[] => this.#net.ids.filter((id) => !this.gone.has(id)).map((id) => ({ id }))
}

/** Kernels and the links between them. What arrives when is the explorer's choice; within a lane of a link the order is kept. */
export class ModelNet {
  readonly ids: readonly KernelId[]
  readonly #kernels: ReadonlyMap<KernelId, ModelKernel>
  readonly #lanes = new Map<string, Parcel[]>()
  readonly #requests = new Map<string, Set<Callback>>()
  readonly dead = new Set<KernelId>()

  constructor(ids: readonly KernelId[]) {
    this.ids = ids
    this.#kernels = new Map(ids.map((id) => [id, new ModelKernel(this, id)]))
  }

  kernel(id: KernelId): ModelKernel {
    return this.#kernels.get(id)!
  }

  /** As the code under test sees it. */
  port(id: KernelId): Pick<LockKernel, 'id' | 'messenger' | 'membership'> {
    const kernel = this.kernel(id)
    return { id, messenger: kernel, membership: kernel } as unknown as Pick<
      LockKernel,
      'id' | 'messenger' | 'membership'
    >
  }

  post(from: KernelId, to: KernelId, priority: string, parcel: Parcel): void {
    if (this.dead.has(to) || this.dead.has(from)) return
    const lane = `${from}→${to} ${priority}`
    const parcels = this.#lanes.get(lane)
    if (parcels) parcels.push(parcel)
    else this.#lanes.set(lane, [parcel])
  }

  open(from: KernelId, to: KernelId): Set<Callback> {
    const link = `${from}→${to}`
    let open = this.#requests.get(link)
    if (!open) this.#requests.set(link, (open = new Set()))
    return open
  }

  /** The kernel handles nothing any more, and what was sent to it is nowhere. What it has sent arrives, unless it is lost. */
  kill(id: KernelId, isLost: boolean): void {
    this.dead.add(id)
    for (const [lane, parcels] of this.#lanes) {
      if (lane.includes(`→${id} `) || (isLost && lane.startsWith(`${id}→`))) parcels.length = 0
    }
  }

  /** What is under way, and who knows of what deaths, as data. */
  snapshot(): unknown {
    const lanes = [...this.#lanes].filter(([, parcels]) => parcels.length > 0).sort(([a], [b]) => (a < b ? -1 : 1))
    return [
      lanes.map(([lane, parcels]) => [lane, parcels.map(({ name, content }) => [name, content])]),
      [...this.dead],
      this.ids.map((id) => [...this.kernel(id).gone]),
    ]
  }

  /** What can arrive next. News of a death comes when all that the dead kernel had sent has come. */
  arrivals(): Arrival[] {
    const arrivals: Arrival[] = []
    for (const [lane, parcels] of this.#lanes) {
      const [first] = parcels
      if (!first) continue
      arrivals.push({
        name: `${lane} ${first.name}`,
        at: Number(/→(\d+)/.exec(lane)![1]),
        act: () => {
          parcels.shift()
          first.deliver()
        },
      })
    }
    for (const dead of this.dead) {
      for (const at of this.ids) if (!this.dead.has(at) && this.#mayHear(at, dead)) arrivals.push(this.#news(at, dead))
    }
    return arrivals
  }

  #mayHear(at: KernelId, dead: KernelId): boolean {
    if (this.kernel(at).gone.has(dead)) return false
    return [...this.#lanes].every(([lane, parcels]) => parcels.length === 0 || !lane.startsWith(`${dead}→${at} `))
  }

  #news(at: KernelId, dead: KernelId): Arrival {
    return {
      name: `${at} hears of the death of ${dead}`,
      at,
      act: () => {
        const kernel = this.kernel(at)
        kernel.gone.add(dead)
        const open = this.open(at, dead)
        for (const callback of [...open]) callback(new Error('peer down'))
        open.clear()
        kernel.died(dead)
      },
    }
  }
}
