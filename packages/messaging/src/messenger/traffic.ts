import type { KernelId } from '../kernel-id.js'

/** Messages and bytes (the messages' own, not the transport's) since the messenger was made. */
export interface Traffic {
  readonly messagesSent: number
  readonly bytesSent: number
  readonly messagesReceived: number
  readonly bytesReceived: number
}

/** What has crossed, by who and by what. */
export interface TrafficReport {
  /** Per peer, this kernel itself included if it sent itself anything. */
  readonly peers: ReadonlyMap<KernelId, Traffic>
  /** Per message type: `protocol.message`, and `protocol.message reply` for the answers (failures included). */
  readonly types: ReadonlyMap<string, Traffic>
}

/** A counter of {@link Traffic}. */
export class TrafficCounter implements Traffic {
  messagesSent = 0
  bytesSent = 0
  messagesReceived = 0
  bytesReceived = 0

  sent(bytes: number): void {
    this.messagesSent++
    this.bytesSent += bytes
  }

  received(bytes: number): void {
    this.messagesReceived++
    this.bytesReceived += bytes
  }

  /** The counts as they are now. */
  snapshot(): Traffic {
    const { messagesSent, bytesSent, messagesReceived, bytesReceived } = this
    return { messagesSent, bytesSent, messagesReceived, bytesReceived }
  }
}
