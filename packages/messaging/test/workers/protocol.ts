import { bytes, message, protocol, request, u32 } from '../../src/index.js'

/** What the worker threads of `threads.test.ts` say to each other. */
export const peers = protocol('peers', 201, {
  /** A small question. */
  add: request(1, { a: u32, b: u32 }, { sum: u32 }),
  /** A question with much in it, and as much in the answer. */
  invert: request(2, { data: bytes }, { data: bytes }, { priority: 'bulk' }),
  /** One of a numbered stream. */
  item: message(3, { n: u32, data: bytes }, { priority: 'bulk' }),
  /** How much of your stream did I get? Behind the stream, in its lane. */
  received: request(4, {}, { count: u32, bytes: u32 }, { priority: 'bulk' }),
  /** Send a stream to another kernel, and tell what it says of it. */
  stream: request(5, { to: u32, count: u32, bytes: u32 }, { count: u32, bytes: u32 }),
})
