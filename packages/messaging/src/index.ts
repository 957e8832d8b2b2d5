/**
 * How kernels talk: declared messages and requests, links and transports, node descriptors, membership.
 *
 * @example
 * const threads = protocol('threads', 100, { lookup: request(1, { tid: u32 }, { kernel: u32 }) })
 * messenger.serve(threads.lookup, (from, { tid }, reply) => reply({ kernel: whereIs(tid) }))
 * messenger.request(3, threads.lookup, { tid: 7 }, (error, reply) => console.log(error ?? reply.kernel))
 *
 * @packageDocumentation
 */
export { SUPERVISOR, MAX_KERNEL_ID, type KernelId } from './kernel-id.js'
export type { MessagingLog } from './log.js'
export * from './errors.js'
export {
  bool,
  borrowedBytes,
  bytes,
  f64,
  i32,
  list,
  optional,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type Field,
  type FieldForm,
  type FixedKind,
  type NamedForm,
  type OptionalKeys,
  type OptionalField,
  type Shape,
  type ValueOf,
  type Values,
} from './declare/fields.js'
export { compileCodec, type Codec } from './declare/codec.js'
export {
  message,
  protocol,
  request,
  type Bind,
  type MessageDeclaration,
  type MessageOptions,
  type MessageType,
  type Protocol,
  type RequestDeclaration,
  type RequestType,
  type TypeHeader,
} from './declare/protocol.js'
export { PRIORITIES, type Priority } from './link/priority.js'
export {
  DEFAULT_LIMITS,
  describeDown,
  type DownCode,
  type DownReason,
  type Link,
  type LinkEvents,
  type LinkLimits,
  type LinkState,
  type Slot,
} from './link/link.js'
export type { Receive, Transport, TransportEvents } from './link/transport.js'
export type { IncomingLane, OutgoingLane, PeerClose } from './link/lane.js'
export { LaneLink, type LaneConnection, type LaneLinkOptions } from './link/lane-link.js'
export { LaneTransport } from './link/lane-transport.js'
export { RingExchange, type DeliverOffer, type RingSizes } from './ring/exchange.js'
export type { RingBroker, RingEndpoint, RingOffer, RingPair, RingRefusal } from './ring/endpoint.js'
export { RingTransport, type RingTransportOptions } from './ring/transport.js'
export { MemoryNetwork, MemoryTransport } from './memory/network.js'
export {
  DelayedDelivery,
  SteppedDelivery,
  type Delivery,
  type DeliveryClock,
  type DeliveryRandom,
  type DeliveryScheduler,
} from './memory/delivery.js'
export { Messenger, type MessengerEvents, type MessengerOptions } from './messenger/messenger.js'
export type { BeforeSend } from './messenger/outbox.js'
export type { Outcome, RequestCallback } from './messenger/requests.js'
export type { Traffic, TrafficReport } from './messenger/traffic.js'
export type { Fail, MessageHandler, Reply, RequestHandler } from './messenger/type-table.js'
export {
  describeNode,
  nodeShape,
  packNode,
  unpackNode,
  wireNode,
  type NodeDescriptor,
  type NodeOptions,
  type WireNode,
} from './nodes/descriptor.js'
export { PAGE_BYTES } from './nodes/page.js'
export { measureSpeed } from './nodes/calibration.js'
export { membership } from './membership/protocol.js'
export { MemberView, type Member, type MembershipEvents, type MemberState } from './membership/view.js'
export { Membership } from './membership/replica.js'
export { MembershipHome, type MembershipHomeEvents } from './membership/home.js'
