import { EventEmitter } from 'eventemitter3'
import type { KernelId } from '../kernel-id.js'
import type { NodeDescriptor } from '../nodes/descriptor.js'

/** - `alive`; - `left`: in good order; - `dead`: declared so by the monitor. The last two are for ever. */
export type MemberState = 'alive' | 'left' | 'dead'

/** A kernel that is or was a member. */
export interface Member {
  readonly id: KernelId
  readonly node: NodeDescriptor
  readonly state: MemberState
  /** Why it is dead, else `''`. */
  readonly reason: string
  /** The epoch of the last change to this entry. */
  readonly epoch: number
}

/** What happens to members. Listeners find the view up to date. */
export interface MembershipEvents {
  /** A kernel has joined after this one. */
  joined: (member: Member) => void
  /** Every message of the member has been handled, and the requests to it have ended. */
  left: (member: Member) => void
  /** Every message of the member has been handled, and the requests to it have ended. */
  died: (member: Member) => void
  /** Its node describes itself anew. */
  described: (member: Member) => void
}

/** Who belongs to the system, as far as this isolate knows. */
export abstract class MemberView {
  readonly events = new EventEmitter<MembershipEvents>()
  readonly #members = new Map<KernelId, Member>()
  #epoch = 0
  #all: readonly Member[] = []
  #alive: readonly Member[] = []

  /** Counts the changes of the whole system's membership. */
  get epoch(): number {
    return this.#epoch
  }

  /** The member with this id, living or not. */
  get(id: KernelId): Member | undefined {
    return this.#members.get(id)
  }

  /** Is this a member that neither left nor died? */
  isAlive(id: KernelId): boolean {
    return this.#members.get(id)?.state === 'alive'
  }

  /** The living members, in the order of their ids. */
  alive(): readonly Member[] {
    return this.#alive
  }

  /** Everybody who is or was a member, in the order of their ids. */
  all(): readonly Member[] {
    return this.#all
  }

  /** Enters a change. */
  protected put(member: Member): void {
    this.#members.set(member.id, member)
    this.#epoch = Math.max(this.#epoch, member.epoch)
    // Placement and affinity look at every new thread; members change seldom.
    this.#all = Object.freeze([...this.#members.values()].sort((a, b) => a.id - b.id))
    this.#alive = Object.freeze(this.#all.filter(({ state }) => state === 'alive'))
  }
}
