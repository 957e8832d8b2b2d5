import { MembershipError, type MessagingError } from '../errors.js'
import { SUPERVISOR, type KernelId } from '../kernel-id.js'
import type { DownReason } from '../link/link.js'
import type { Messenger } from '../messenger/messenger.js'
import { packNode, unpackNode, type NodeDescriptor } from '../nodes/descriptor.js'
import { Departures } from './departures.js'
import { membership, STATES } from './protocol.js'
import { MemberView, type Member } from './view.js'

/** A kernel's view of the membership. Its events are emitted inside the messenger's `poll`. */
export class Membership extends MemberView {
  readonly #messenger: Messenger
  readonly #departures: Departures

  constructor(messenger: Messenger) {
    super()
    this.#messenger = messenger
    this.#departures = new Departures(
      messenger,
      (id) => this.#departed(id),
      (id, reason) => this.#suspect(id, reason),
    )
    messenger.on(membership.joined, (_from, { epoch, id, node }) => {
      this.put({ id, epoch, state: 'alive', reason: '', node: unpackNode(node) })
      this.#tell('joined', id)
    })
    messenger.on(membership.described, (_from, { epoch, id, node }) => this.#described(epoch, id, unpackNode(node)))
    messenger.on(membership.left, (_from, { epoch, id }) => this.#depart(epoch, id, 'left', ''))
    messenger.on(membership.died, (_from, { epoch, id, reason }) => this.#depart(epoch, id, 'dead', reason))
    messenger.serve(membership.catchUp, (_from, _nothing, reply) => reply({}))
  }

  /**
   * Joins the system. `joined` is called when this view is complete, or with the error that forbids it: an id that was used before,
   * a supervisor that is gone.
   */
  join(node: NodeDescriptor, joined: (error: MessagingError | null) => void): void {
    this.#messenger.request(SUPERVISOR, membership.join, { node: packNode(node) }, (error, welcome) => {
      if (error !== null) {
        joined(error)
        return
      }
      for (const { state, node: packed, ...member } of welcome.members) {
        this.put({ ...member, state: STATES[state] ?? 'dead', node: unpackNode(packed) })
      }
      joined(null)
    })
  }

  /** Tells everybody that this kernel's node has changed. */
  describe(node: NodeDescriptor): void {
    this.#messenger.send(SUPERVISOR, membership.describe, { node: packNode(node) })
  }

  /** Leaves the system, everything having been handed over. `left` is called when others are being told. */
  leave(left: (error: MessagingError | null) => void): void {
    this.#messenger.request(SUPERVISOR, membership.leave, {}, (error, _reply) => left(error))
  }

  #described(epoch: number, id: KernelId, node: NodeDescriptor): void {
    this.put({ ...this.#known(id), epoch, node })
    this.#tell('described', id)
  }

  #depart(epoch: number, id: KernelId, state: 'left' | 'dead', reason: string): void {
    this.put({ ...this.#known(id), epoch, state, reason })
    this.#departures.begin(id, reason)
  }

  #departed(id: KernelId): void {
    this.#tell(this.#known(id).state === 'left' ? 'left' : 'died', id)
  }

  /** The accuser of a broken link reports it; the accused does not accuse in turn, or both would be ended. */
  #suspect(id: KernelId, { code, detail }: DownReason): void {
    if (id === SUPERVISOR || code === 'rejected') return
    this.#messenger.send(SUPERVISOR, membership.suspect, { id, reason: detail })
  }

  #tell(event: 'joined' | 'described' | 'left' | 'died', id: KernelId): void {
    this.events.emit(event, this.#known(id))
  }

  /** The supervisor speaks of members only, and this view has had them all since the welcome. */
  #known(id: KernelId): Member {
    const member = this.get(id)
    if (member === undefined) throw new MembershipError(`the supervisor speaks of kernel ${id}, which never joined`)
    return member
  }
}
