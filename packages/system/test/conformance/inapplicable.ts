/** What POSIX says of a function, in our own words, and why it can't apply here, or not yet. */
export interface Inapplicable {
  readonly function: string
  readonly statement: string
  readonly reason: string
}

const HOST_FILE = 'what the host does when a file is read or written, it does'
const NO_SIGNALS = 'there are no signals yet; a bad access throws EFAULT, which names the signal'
const NO_INTERRUPTIONS = 'there are no signals yet'
const ONE_USER = 'all processes of a system belong to one user'

/** Statements that no test checks. */
export const INAPPLICABLE: readonly Inapplicable[] = [
  {
    function: 'mmap',
    statement: 'fails with ENODEV for files of a kind that can’t be mapped',
    reason: 'open refuses them already',
  },
  { function: 'mmap', statement: 'updates the file’s time of last access', reason: HOST_FILE },
  {
    function: 'mmap',
    statement: 'PROT_EXEC allows execution',
    reason: 'programs are JavaScript; no instruction is fetched from the address space',
  },
  {
    function: 'mmap',
    statement: 'fails with EAGAIN or ENOMEM for what can’t be locked, after mlockall',
    reason: 'pages are not swapped, so there is no mlock',
  },
  {
    function: 'mmap',
    statement: 'maps typed memory objects',
    reason: 'an option of POSIX (TYM) that is not offered',
  },
  { function: 'mmap', statement: 'a bad access raises SIGSEGV or SIGBUS on its thread', reason: NO_SIGNALS },
  {
    function: 'munmap',
    statement: 'removes memory locks',
    reason: 'pages are not swapped, so there is no mlock',
  },
  {
    function: 'mprotect',
    statement: 'takes away execution',
    reason: 'no instruction is fetched from the address space',
  },
  {
    function: 'msync',
    statement: 'MS_ASYNC begins to write, and MS_INVALIDATE drops copies',
    reason: 'as on Linux: what is changed is written in any case, and copies that are kept are never out of date',
  },
  {
    function: 'msync',
    statement: 'fails with EBUSY for locked pages',
    reason: 'pages are not swapped, so there is no mlock',
  },
  {
    function: 'madvise',
    statement: 'advice changes no contents, except MADV_DONTNEED’s (posix_madvise: none does)',
    reason: 'the call is Linux’s, whose MADV_DONTNEED drops private pages; posix_madvise is not in the list',
  },
  { function: 'shm_open', statement: 'checks the mode against owner and group', reason: ONE_USER },
  {
    function: 'shm_open',
    statement: 'sets FD_CLOEXEC',
    reason: 'there is no execve yet: nothing can tell the difference',
  },
  {
    function: 'shm_open',
    statement: 'fails with EINTR if a signal interrupts it',
    reason: NO_INTERRUPTIONS,
  },
  {
    function: 'shm_open',
    statement: 'objects last until the system is booted again',
    reason: 'they last as long as the system of kernels that keeps them; nothing of it outlives it',
  },
  { function: 'shm_unlink', statement: 'fails with EACCES without permission', reason: ONE_USER },
  { function: 'ftruncate', statement: 'changes the times of host files', reason: HOST_FILE },
  { function: 'ftruncate', statement: 'raises SIGXFSZ beyond the file size limit', reason: NO_INTERRUPTIONS },
  { function: 'ftruncate', statement: 'fails with EINTR if a signal interrupts it', reason: NO_INTERRUPTIONS },
  {
    function: 'malloc',
    statement: 'returns a null pointer when it fails',
    reason: 'failures are thrown, as those of all calls',
  },
  {
    function: 'realloc',
    statement: 'of a block of another process or allocator is undefined',
    reason: 'it is defined here: EINVAL, unless the number is that of a block of this process',
  },
  {
    function: 'free',
    statement: 'does not change errno',
    reason: 'there is no errno: errors are thrown',
  },
  {
    function: 'atomic_*',
    statement: 'weaker orders of memory (relaxed, acquire, release) and compare-exchange that may fail spuriously',
    reason: 'every atomic is sequentially consistent; the calls take no order',
  },
]
