import {
  borrowedBytes,
  bytes,
  f64,
  list,
  message,
  protocol,
  request,
  struct,
  u32,
  u64,
  u8,
  bool,
} from '@atoll/messaging'

/** Pages of one memory object, that lie in one chunk. */
const run = { object: u64, page: u32, count: u32 }
/** Numbers the transitions of a chunk's pages, over all its homes. */
const epoch = f64

/** What a grant's pages hold. */
export const Content = {
  /** Zeroes: nobody has had them before. */
  zero: 0,
  /** What the requester has already. */
  kept: 1,
  /** What is in the message. */
  bytes: 2,
  /** Nothing: the only kernel that had them has died. */
  lost: 3,
} as const

/** A kernel's copy of a page. */
export const Copy = { none: 0, readable: 1, writable: 2 } as const

/** The page protocol: between the home of a chunk of pages, the kernels that have copies, and those that want some. */
export const pages = protocol('pages', 20, {
  /**
   * Any kernel to the home of an object: which kernel is the home of this chunk? Whoever asks first becomes it. `dead`: it was this kernel, the asker
   * says, which has died; 0: the asker does not know.
   */
  locate: request(1, { object: u64, chunk: u32, dead: u32 }, { home: u32 }),
  /** Any kernel to a chunk's home: I want copies of these pages. */
  want: message(2, { ...run, write: bool }),
  /** Home to a kernel with copies: send them to kernel `to`; `take`: to write, so that yours is void. */
  recall: message(3, { ...run, epoch, to: u32, take: bool }),
  /** Home, or the kernel that was asked to send them, to who wants them: here they are. */
  grant: message(4, { ...run, epoch, write: bool, content: u8, bytes: borrowedBytes }),
  /** The same, if it is long. */
  grantBulk: message(5, { ...run, epoch, write: bool, content: u8, bytes: borrowedBytes }, { priority: 'bulk' }),
  /** Who wanted them to the home: they have come. Ends the transition. */
  settled: message(6, { ...run, epoch }),
  /** Home, or another kernel that was told so, to a kernel with copies to read: they are void, and so are those of `others`: tell them. */
  invalidate: message(7, { ...run, epoch, others: list(u32) }),
  /** The answer: mine are void, and so are those of all that I was to tell. */
  invalidated: message(8, { ...run, epoch }),
  /** Home to who wants pages: kernel `source`, which was to send them, has died. Have they come? */
  verify: message(9, { ...run, epoch, source: u32 }),
  /** The answer, if they have not. (If they have, `settled` has been sent.) */
  missed: message(10, { ...run, epoch }),
  /** The new home of a chunk, whose home has died, to everyone: what have you got? What its old home has granted and has not come is void. */
  survey: request(
    11,
    { object: u64, chunk: u32, generation: u32 },
    { copies: list(struct({ page: u32, state: u8, epoch, given: u32 })) },
  ),
  /** Home of an object to a chunk's home: these pages are untouched from now on. The reply: nobody has copies of them. */
  discard: request(12, run, {}),
  /** Who has been granted pages of a file that nobody has touched, to the file's home: what has the file there? No bytes: it can't be read. */
  read: request(14, run, { bytes }, { priority: 'bulk' }),
  /** Home of an object to everyone: nothing refers to it any more. */
  forget: message(13, { object: u64 }),
})
