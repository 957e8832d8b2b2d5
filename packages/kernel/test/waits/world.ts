import { MemoryNetwork, Messenger, type Delivery, type KernelId } from '@atoll/messaging'

/** Messages between kernels of one isolate, delivered one at a time, by whoever explores. */
export class World {
  readonly log: string[] = []
  readonly #network: MemoryNetwork
  readonly #messengers = new Map<KernelId, Messenger>()
  #underway: Delivery[] = []

  constructor() {
    this.#network = new MemoryNetwork({ schedule: (delivery) => this.#underway.push(delivery) })
  }

  /** A new kernel's messenger. */
  messenger(id: KernelId): Messenger {
    const note = (text: string, details?: object): void => {
      this.log.push([text, ...Object.values(details ?? {})].map(String).join(' '))
    }
    const messenger = new Messenger({ transport: this.#network.transport(id), log: { warn: note, error: note } })
    this.#messengers.set(id, messenger)
    return messenger
  }

  /** One message of each lane that has some: within a lane the order is kept whatever is chosen. */
  get choices(): readonly Delivery[] {
    const heads = new Map<string, Delivery>()
    for (const delivery of this.#underway) {
      const lane = `${delivery.from} ${delivery.to} ${delivery.priority}`
      if (!heads.has(lane)) heads.set(lane, delivery)
    }
    return [...heads.values()]
  }

  /** The message arrives and is handled, with those that its kernel sends to itself because of it. */
  deliver(delivery: Delivery): void {
    this.#underway = this.#underway.filter((other) => other !== delivery)
    delivery.deliver()
    this.handle(delivery.to)
  }

  /** What a kernel has sent to itself is handled. */
  handle(id: KernelId): void {
    const messenger = this.#messengers.get(id)
    while (messenger?.pending) messenger.poll(64)
  }

  /** Everything arrives, in the order in which it was sent. */
  settle(): void {
    for (const id of this.#messengers.keys()) this.handle(id)
    for (let next = this.choices[0]; next; next = this.choices[0]) this.deliver(next)
  }

  /** The kernel is gone; the others are told. */
  lose(id: KernelId): void {
    this.#network.lose(id)
    this.#messengers.delete(id)
    for (const messenger of this.#messengers.values()) messenger.peerDied(id, 'killed by a test')
    this.settle()
  }
}
