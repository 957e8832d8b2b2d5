import type { Row, RowName } from './row.js'

/** Where each row is. The compiler sees to it that none is missing, and that each file holds the row that it is named after. */
const ROWS: { readonly [N in RowName]: () => Promise<{ readonly row: Row<N> }> } = {
  'threads/await-ready': () => import('./rows/threads/await-ready.js'),
  'threads/fib': () => import('./rows/threads/fib.js'),
  'threads/loop': () => import('./rows/threads/loop.js'),
  'threads/loop-preempted': () => import('./rows/threads/loop-preempted.js'),
  'threads/switch': () => import('./rows/threads/switch.js'),
  'threads/create-join-local': () => import('./rows/threads/create-join-local.js'),
  'threads/create-join-remote': () => import('./rows/threads/create-join-remote.js'),
  'threads/move': () => import('./rows/threads/move.js'),
  'threads/move-heavy': () => import('./rows/threads/move-heavy.js'),
  'threads/memory': () => import('./rows/threads/memory.js'),
  'threads/skewed': () => import('./rows/threads/skewed.js'),
  'messages/rpc-hot': () => import('./rows/messages/rpc-hot.js'),
  'messages/rpc-parked': () => import('./rows/messages/rpc-parked.js'),
  'messages/stream': () => import('./rows/messages/stream.js'),
  'messages/bulk': () => import('./rows/messages/bulk.js'),
  'messages/idle': () => import('./rows/messages/idle.js'),
  'messages/crowd': () => import('./rows/messages/crowd.js'),
  'memory/view': () => import('./rows/memory/view.js'),
  'memory/scalar-hit': () => import('./rows/memory/scalar-hit.js'),
  'memory/read-fault': () => import('./rows/memory/read-fault.js'),
  'memory/ping-pong': () => import('./rows/memory/ping-pong.js'),
  'memory/stream': () => import('./rows/memory/stream.js'),
  'memory/false-sharing': () => import('./rows/memory/false-sharing.js'),
  'npb/ep-1': () => import('./rows/npb/ep-1.js'),
  'npb/ep-2': () => import('./rows/npb/ep-2.js'),
  'npb/ep-sab': () => import('./rows/npb/ep-sab.js'),
  'npb/ep-c': () => import('./rows/npb/ep-c.js'),
  'npb/is-1': () => import('./rows/npb/is-1.js'),
  'npb/is-2': () => import('./rows/npb/is-2.js'),
  'npb/is-sab': () => import('./rows/npb/is-sab.js'),
  'npb/mg-1': () => import('./rows/npb/mg-1.js'),
  'npb/mg-2': () => import('./rows/npb/mg-2.js'),
  'npb/mg-sab': () => import('./rows/npb/mg-sab.js'),
  'npb/ft-1': () => import('./rows/npb/ft-1.js'),
  'npb/ft-2': () => import('./rows/npb/ft-2.js'),
  'npb/ft-sab': () => import('./rows/npb/ft-sab.js'),
  'growth/page': () => import('./rows/growth/page.js'),
  'growth/invalidate': () => import('./rows/growth/invalidate.js'),
  'growth/invalidate-depth': () => import('./rows/growth/invalidate-depth.js'),
}

/** The names of all rows, in the order of the report. */
export const ROW_NAMES = Object.keys(ROWS) as readonly RowName[]

/** Is `name` the name of a row? */
export const isRowName = (name: string): name is RowName => Object.hasOwn(ROWS, name)

/** The row of this name. Loads its file only. */
export async function loadRow(name: RowName): Promise<Row> {
  const { row } = await ROWS[name]()
  return row
}
