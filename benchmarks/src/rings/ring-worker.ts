/** Either end of a `RingPair`. Both answer; the caller is told what to measure. */
import { HostClock, KernelLoop, StderrLogger } from '@atoll/kernel'
import { Messenger, RingTransport, type Priority } from '@atoll/messaging'
import { parentPort, workerData } from 'node:worker_threads'
import { benchmark } from './protocol.js'
import { BLOCK_BYTES, BLOCKS } from '../workloads/blocks.js'
import type { FromRingWorker, RingData, RingTask, TaskKind, ToRingWorker } from './wire.js'

/** The loop spins for 200 µs at most before it parks. */
const TIME_TO_PARK_MS = 0.4

if (parentPort === null) throw new Error('ring-worker.js is started by ring-pair.js, as a worker thread')
const controller = parentPort
const { self, peer, bell } = workerData as RingData
const say = (message: FromRingWorker): void => {
  controller.postMessage(message)
}

const broker = {
  request: (to: number) => {
    say({ kind: 'link', peer: to })
  },
}
const transport = new RingTransport({ self, bell, broker })
const messenger = new Messenger({ transport, log: new StderrLogger() })
const loop = new KernelLoop({
  messenger,
  runSlice: () => 'idle',
  nextDeadlineMs: () => Infinity,
  clock: new HostClock(),
})

/** Touched before it is used: the machine gives memory page by page. */
const destination = new Uint8Array(BLOCKS * BLOCK_BYTES).fill(1)
messenger.serve(benchmark.ask, (_from, { page }, reply) => {
  reply({ page })
})
messenger.on(benchmark.note, () => undefined)
messenger.on(benchmark.block, (_from, { offset, data }) => {
  destination.set(data, offset)
})
messenger.serve(benchmark.flush, (_from, _query, reply) => {
  reply({})
})
messenger.serve(benchmark.flushBulk, (_from, _query, reply) => {
  reply({})
})
loop.start()

controller.on('message', (message: ToRingWorker) => {
  if (message.kind === 'endpoint' || message.kind === 'refusal') transport.accept(message)
  else void perform(message)
  loop.wake()
})

async function perform({ kind, count }: RingTask): Promise<void> {
  say({ kind: 'done', elapsedMs: await TASKS[kind](count) })
}

/** What each task does; returns milliseconds. */
const TASKS: Readonly<Record<TaskKind, (count: number) => Promise<number>>> = {
  hot: (count) =>
    new Promise((resolve, reject) => {
      const start = performance.now()
      let left = count
      const next = (error: Error | null): void => {
        if (error !== null) reject(error)
        else if (left-- === 0) resolve(performance.now() - start)
        else ask(next)
      }
      next(null)
    }),

  parked: (count) =>
    new Promise((resolve, reject) => {
      let elapsedMs = 0
      let left = count
      const next = (): void => {
        if (left-- === 0) {
          resolve(elapsedMs)
          return
        }
        const start = pause(TIME_TO_PARK_MS)
        ask((error) => {
          elapsedMs += performance.now() - start
          if (error !== null) reject(error)
          else next()
        })
      }
      next()
    }),

  stream: async (count) => {
    const start = performance.now()
    await sendAll(count, 'control', (tid) => {
      messenger.send(peer, benchmark.note, { tid, page: 7, access: 1 })
    })
    await flushed(benchmark.flush)
    return performance.now() - start
  },

  bulk: async (count) => {
    const source = new Uint8Array(BLOCKS * BLOCK_BYTES).fill(1)
    const start = performance.now()
    await sendAll(count, 'bulk', (index) => {
      const offset = (index % BLOCKS) * BLOCK_BYTES
      messenger.send(peer, benchmark.block, { offset, data: source.subarray(offset, offset + BLOCK_BYTES) })
    })
    await flushed(benchmark.flushBulk)
    return performance.now() - start
  },
}

function ask(answered: (error: Error | null) => void): void {
  messenger.request(peer, benchmark.ask, { tid: 1, page: 7, access: 1 }, (...[error]) => {
    answered(error)
  })
}

/** Sends as much as the link takes, then waits until it takes more. */
async function sendAll(count: number, priority: Priority, sendOne: (index: number) => void): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    if (!messenger.writable(peer, priority)) await drained()
    sendOne(sent)
  }
}

function drained(): Promise<void> {
  return new Promise((resolve) => {
    messenger.events.once('drain', () => {
      resolve()
    })
  })
}

function flushed(type: typeof benchmark.flush): Promise<void> {
  return new Promise((resolve, reject) => {
    messenger.request(peer, type, {}, (...[error]) => {
      if (error !== null) reject(error)
      else resolve()
    })
  })
}

/** Keeps this kernel busy for a while. Returns when it is over. */
function pause(ms: number): number {
  const endMs = performance.now() + ms
  let nowMs = performance.now()
  while (nowMs < endMs) nowMs = performance.now()
  return nowMs
}
