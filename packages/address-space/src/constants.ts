/** Bytes of a page: the unit of mapping, protection and consistency, on every machine. */
export const PAGE_SIZE = 4096

/** Nothing may be done with the pages. */
export const PROT_NONE = 0
/** The pages may be read. */
export const PROT_READ = 1
/** The pages may be written. */
export const PROT_WRITE = 2
/** Accepted as on machines that execute memory; no call of Atoll executes any. */
export const PROT_EXEC = 4

/** Writes are seen by all who map the object. */
export const MAP_SHARED = 0x01
/** Writes are seen by this process alone. */
export const MAP_PRIVATE = 0x02
/** As `MAP_SHARED`, and unknown flags are refused instead of ignored. */
export const MAP_SHARED_VALIDATE = 0x03
/** Exactly at this address, in place of what is mapped there. */
export const MAP_FIXED = 0x10
/** Of no file: zeroes to begin with. */
export const MAP_ANONYMOUS = 0x20
/** The older name of `MAP_ANONYMOUS`. */
export const MAP_ANON = MAP_ANONYMOUS
/** Accepted: there are no stacks in this memory that could grow. */
export const MAP_STACK = 0x20000
/** Does not count towards what the system has promised. */
export const MAP_NORESERVE = 0x4000
/** Accepted: pages come when they are first touched all the same. */
export const MAP_POPULATE = 0x8000
/** Exactly at this address, and only if nothing is mapped there. */
export const MAP_FIXED_NOREPLACE = 0x100000
/** Atoll's own: release consistency. Several kernels may write different parts of one page at once; what they wrote is merged where they synchronize. */
export const MAP_RELEASE = 0x1000000

/** Address that no mapping has: what `mmap` returns in C when it fails. Here it throws instead. */
export const MAP_FAILED = -1

/** `msync`: schedule the writing back. */
export const MS_ASYNC = 1
/** `msync`: other copies are out of date. */
export const MS_INVALIDATE = 2
/** `msync`: write back, and return when it is done. */
export const MS_SYNC = 4

/** `madvise`: no particular use. */
export const MADV_NORMAL = 0
/** `madvise`: pages will be used in no order, reading ahead is in vain. */
export const MADV_RANDOM = 1
/** `madvise`: pages will be used in order, reading ahead pays. */
export const MADV_SEQUENTIAL = 2
/** `madvise`: will be used soon. */
export const MADV_WILLNEED = 3
/** `madvise`: private anonymous pages are zeroes from now on. */
export const MADV_DONTNEED = 4
/** `posix_madvise`'s names of the same. */
export const POSIX_MADV_NORMAL = MADV_NORMAL
/** See {@link MADV_RANDOM}. */
export const POSIX_MADV_RANDOM = MADV_RANDOM
/** See {@link MADV_SEQUENTIAL}. */
export const POSIX_MADV_SEQUENTIAL = MADV_SEQUENTIAL
/** See {@link MADV_WILLNEED}. */
export const POSIX_MADV_WILLNEED = MADV_WILLNEED
/** Will not be used soon; unlike Linux's, it loses nothing. */
export const POSIX_MADV_DONTNEED = MADV_DONTNEED

/** `mremap`: may move if it can't grow where it is. */
export const MREMAP_MAYMOVE = 1
/** `mremap`: move to exactly the address given, in place of what is mapped there. */
export const MREMAP_FIXED = 2
