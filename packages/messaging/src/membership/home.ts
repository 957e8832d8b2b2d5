import { EventEmitter } from 'eventemitter3'
import { MembershipError } from '../errors.js'
import type { KernelId } from '../kernel-id.js'
import type { MessageType } from '../declare/protocol.js'
import type { Messenger } from '../messenger/messenger.js'
import { packNode, unpackNode, type NodeDescriptor, type WireNode } from '../nodes/descriptor.js'
import { Departures } from './departures.js'
import { membership, STATES } from './protocol.js'
import { MemberView, type Member } from './view.js'

/** What the supervisor wants to know beside the members' own events. */
export interface MembershipHomeEvents {
  /**
   * A link between two living kernels broke; `reporter` received what no correct kernel sends. What becomes of the suspect is the
   * backend's decision.
   */
  suspected: (suspect: KernelId, reporter: KernelId, reason: string) => void
}

/**
 * The authority on membership, at the supervisor: numbers the changes and tells every member. Deaths are declared by the backend's
 * monitor, which watches the kernels from outside.
 */
export class MembershipHome extends MemberView {
  readonly suspicions = new EventEmitter<MembershipHomeEvents>()
  readonly #messenger: Messenger
  readonly #departures: Departures
  /** Ids that died before they joined. */
  readonly #stillborn = new Map<KernelId, string>()

  constructor(messenger: Messenger) {
    super()
    this.#messenger = messenger
    this.#departures = new Departures(
      messenger,
      (id) => this.#departed(id),
      (id, { detail }) => this.suspicions.emit('suspected', id, messenger.self, detail),
    )
    messenger.serve(membership.join, (from, { node }, reply, fail) => {
      const refusal = this.#refusal(from)
      if (refusal !== null) {
        fail(refusal)
        return
      }
      this.#join(from, unpackNode(node))
      reply({ epoch: this.epoch, members: this.all().map(packMember) })
      this.#broadcast(membership.joined, { epoch: this.epoch, id: from, node }, from)
      this.#tell('joined', from)
    })
    messenger.serve(membership.leave, (from, _nothing, reply) => {
      this.#depart(from, 'left', '')
      reply({}) // still gets there: the link ends with this poll
    })
    messenger.on(membership.describe, (from, { node }) => this.#describe(from, node))
    messenger.on(membership.suspect, (from, { id, reason }) => {
      if (this.isAlive(id) && this.isAlive(from)) this.suspicions.emit('suspected', id, from, reason)
    })
  }

  /** The monitor's word: `id` is dead, for ever. To be said once; of a kernel that has left it means nothing more. */
  declareDead(id: KernelId, reason: string): void {
    const member = this.get(id)
    if (member === undefined) this.#dieUnborn(id, reason)
    else if (member.state === 'alive') this.#depart(id, 'dead', reason)
  }

  /**
   * Calls `known` once every living member knows of all members that there are now: at once if nobody lives. Other lanes may overtake the
   * news: a system that lets programs in before could show them a part of itself.
   */
  whenKnown(known: () => void): void {
    const members = this.alive()
    if (members.length === 0) known()
    let awaited = members.length
    const answered = (): void => {
      if (--awaited === 0) known()
    }
    for (const { id } of members) this.#messenger.request(id, membership.catchUp, {}, answered)
  }

  #refusal(id: KernelId): string | null {
    const member = this.get(id)
    if (member !== undefined)
      return `kernel ${id} is ${member.state}: an id joins once, start the kernel under a new one`
    const reason = this.#stillborn.get(id)
    return reason === undefined ? null : `kernel ${id} is dead (${reason})`
  }

  #join(id: KernelId, node: NodeDescriptor): void {
    this.put({ id, node, state: 'alive', reason: '', epoch: this.epoch + 1 })
  }

  #describe(id: KernelId, node: WireNode): void {
    const epoch = this.epoch + 1
    this.put({ ...this.#known(id), node: unpackNode(node), epoch })
    this.#broadcast(membership.described, { epoch, id, node })
    this.#tell('described', id)
  }

  #depart(id: KernelId, state: 'left' | 'dead', reason: string): void {
    const epoch = this.epoch + 1
    this.put({ ...this.#known(id), state, reason, epoch })
    if (state === 'left') this.#broadcast(membership.left, { epoch, id })
    else this.#broadcast(membership.died, { epoch, id, reason })
    this.#departures.begin(id, reason)
  }

  /** No member knows it. But it may have been asked for something. */
  #dieUnborn(id: KernelId, reason: string): void {
    this.#stillborn.set(id, reason)
    this.#departures.begin(id, reason)
  }

  #departed(id: KernelId): void {
    if (this.#stillborn.has(id)) return
    this.#tell(this.#known(id).state === 'left' ? 'left' : 'died', id)
  }

  #broadcast<M>(type: MessageType<M>, news: M, except?: KernelId): void {
    for (const { id } of this.alive()) if (id !== except) this.#messenger.send(id, type, news)
  }

  #tell(event: 'joined' | 'described' | 'left' | 'died', id: KernelId): void {
    this.events.emit(event, this.#known(id))
  }

  #known(id: KernelId): Member {
    const member = this.get(id)
    if (member === undefined)
      throw new MembershipError(`kernel ${id} has not joined: its first message is membership.join`)
    return member
  }
}

const packMember = ({
  state,
  node,
  ...member
}: Member): Omit<Member, 'state' | 'node'> & { state: number; node: WireNode } => ({
  ...member,
  state: STATES.indexOf(state),
  node: packNode(node),
})
