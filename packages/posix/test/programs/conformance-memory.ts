import {
  brk,
  close,
  copyin,
  copyout,
  ftruncate,
  getpid,
  getrlimit,
  madvise,
  MADV_DONTNEED,
  MADV_SEQUENTIAL,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  mmap,
  mprotect,
  mremap,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  msync,
  munmap,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  open,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  RLIM_INFINITY,
  RLIMIT_AS,
  sbrk,
  setrlimit,
  shm_open,
  shm_unlink,
  type fd,
  type Ptr,
} from '@atoll/posix'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mapped } from './support/mapped.js'
import { check, equal, faults, refused } from './support/statements.js'
import { wander } from './support/wander.js'

const RW = PROT_READ | PROT_WRITE
const ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS

const fresh = (pages: number, addr: Ptr = 0, flags = 0): Promise<Ptr> =>
  mmap(addr, pages * PAGE_SIZE, RW, ANONYMOUS | flags)

/** The address of 64 free pages. */
async function place(): Promise<Ptr> {
  const base = await fresh(64)
  await munmap(base, 64 * PAGE_SIZE)
  return base
}

/** A name that no other process uses. */
const nameOf = (what: string): string => `/${what}-${getpid()}`

/** Makes an object of some pages, opens it, and removes its name. */
async function shared(what: string, pages: number, oflag = O_RDWR): Promise<fd> {
  const descriptor = await shm_open(nameOf(what), O_CREAT | O_EXCL | O_RDWR, 0o600)
  await ftruncate(descriptor, pages * PAGE_SIZE)
  if (oflag === O_RDWR) {
    await shm_unlink(nameOf(what))
    return descriptor
  }
  const other = await shm_open(nameOf(what), oflag)
  await shm_unlink(nameOf(what))
  await close(descriptor)
  return other
}

/** Writes a byte. */
const put = (at: Ptr, value: number): Promise<void> => copyin(at, Uint8Array.of(value))

/** Reads a byte. */
const get = async (at: Ptr): Promise<number | undefined> => (await copyout(at, 1))[0]

/** Gives `use` a host file of four bytes, and a descriptor of it. */
async function withFile(use: (path: string, descriptor: fd) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-conformance-'))
  const path = join(folder, 'file')
  writeFileSync(path, 'file')
  try {
    await use(path, await open(path, O_RDWR))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const statements = {
  'mmap: fresh memory is zeroes, also where other memory was before': async () => {
    const at = await fresh(2)
    await put(at + 5, 1)
    await munmap(at, 2 * PAGE_SIZE)
    await fresh(2, at, MAP_FIXED)
    equal(await get(at + 5), 0)
  },
  'mmap: what is written to shared memory is seen by all that map it': async () => {
    const descriptor = await shared('seen', 2)
    const one = await mmap(0, 2 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
    const other = await mmap(0, PAGE_SIZE, RW, MAP_SHARED, descriptor, PAGE_SIZE)
    await close(descriptor)
    await put(one + PAGE_SIZE + 7, 3)
    await wander()
    equal(await get(other + 7), 3)
  },
  'mmap: what is written to a private mapping is seen by nobody else': async () => {
    const descriptor = await shared('private', 1)
    const all = await mmap(0, PAGE_SIZE, RW, MAP_SHARED, descriptor)
    const own = await mmap(0, PAGE_SIZE, RW, MAP_PRIVATE, descriptor)
    await close(descriptor)
    await put(all, 4)
    equal(await get(own), 4)
    await wander()
    await put(own, 5)
    equal(await get(all), 4)
    equal(await get(own), 5)
  },
  'mmap: beyond the end of an object an access gets SIGBUS': async () => {
    const descriptor = await shared('bus', 1)
    const base = await mmap(0, 2 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
    await put(base + PAGE_SIZE - 1, 1)
    await faults('SIGBUS', () => get(base + PAGE_SIZE))
    await ftruncate(descriptor, 2 * PAGE_SIZE)
    equal(await get(base + PAGE_SIZE), 0)
    await close(descriptor)
  },
  'munmap: an access afterwards gets SIGSEGV, on every kernel': async () => {
    const base = await fresh(2)
    await put(base, 1)
    await wander()
    equal(await get(base), 1)
    await munmap(base, PAGE_SIZE)
    await faults('SIGSEGV', () => get(base))
    await wander()
    await faults('SIGSEGV', () => put(base, 1))
    equal(await get(base + PAGE_SIZE), 0)
  },
  'mprotect: forbids at once, on every kernel, and allows again': async () => {
    const base = await fresh(1)
    await put(base, 1)
    await wander()
    await mprotect(base, PAGE_SIZE, PROT_READ)
    equal(await get(base), 1)
    await faults('SIGSEGV', () => put(base, 2))
    await mprotect(base, PAGE_SIZE, PROT_NONE)
    await faults('SIGSEGV', () => get(base))
    await wander()
    await mprotect(base, PAGE_SIZE, RW)
    await put(base, 2)
    equal(await get(base), 2)
  },
  'mremap: what was there is at the new address, and what is new is zeroes': async () => {
    const base = await fresh(4)
    for (let page = 0; page < 4; page++) await put(base + page * PAGE_SIZE, page + 1)
    await mremap(base, 4 * PAGE_SIZE, 3 * PAGE_SIZE)
    await wander()
    const target = await place()
    await mremap(base, 3 * PAGE_SIZE, 5 * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, target)
    let bytes = ''
    for (let page = 0; page < 5; page++) bytes += await get(target + page * PAGE_SIZE)
    equal(bytes, '12300')
    await faults('SIGSEGV', () => get(base))
  },
  'madvise: after MADV_DONTNEED private memory is zeroes': async () => {
    const base = await fresh(2)
    await put(base, 1)
    await put(base + PAGE_SIZE, 1)
    await wander()
    await madvise(base, PAGE_SIZE, MADV_DONTNEED)
    equal(`${await get(base)}${await get(base + PAGE_SIZE)}`, '01')
  },
  'sbrk: what is added is zeroes, also where the heap has been before': async () => {
    const start = await sbrk(PAGE_SIZE)
    await put(start, 1)
    await sbrk(-PAGE_SIZE)
    await faults('SIGSEGV', () => get(start))
    await sbrk(PAGE_SIZE)
    equal(await get(start), 0)
    await sbrk(-PAGE_SIZE)
  },
  'ftruncate: what is cut off gets SIGBUS, and is zeroes when there is more again': async () => {
    const descriptor = await shared('zeroes', 2)
    const base = await mmap(0, 2 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
    await put(base, 1)
    await put(base + PAGE_SIZE, 1)
    await wander()
    await ftruncate(descriptor, PAGE_SIZE)
    await faults('SIGBUS', () => get(base + PAGE_SIZE))
    await ftruncate(descriptor, 2 * PAGE_SIZE)
    equal(`${await get(base)}${await get(base + PAGE_SIZE)}`, '10')
    await close(descriptor)
  },
  'mmap: maps whole pages, of which the last may be used in part only': async () => {
    const base = await mmap(0, PAGE_SIZE + 1, RW, ANONYMOUS)
    equal(await mapped(base, 3), '##.')
  },
  'mmap: the address that it chooses is on a page boundary, and never 0': async () => {
    const base = await fresh(1)
    equal(base % PAGE_SIZE, 0)
    equal(base > 0, true)
  },
  'mmap: a hint that is free is taken, one that is not leads elsewhere': async () => {
    const hint = await place()
    equal(await fresh(2, hint), hint)
    equal((await fresh(2, hint + PAGE_SIZE)) === hint + PAGE_SIZE, false)
  },
  'mmap: MAP_FIXED maps exactly there, in place of what was there': async () => {
    const at = await place()
    await mmap(at, 3 * PAGE_SIZE, PROT_READ, ANONYMOUS | MAP_FIXED)
    equal(await fresh(1, at + PAGE_SIZE, MAP_FIXED), at + PAGE_SIZE)
    equal(await mapped(at, 4), '###.')
  },
  'mmap: MAP_FIXED_NOREPLACE fails with EEXIST if any of it is mapped': async () => {
    const at = await place()
    await fresh(1, at, MAP_FIXED_NOREPLACE)
    await refused('EEXIST', () => fresh(2, at - PAGE_SIZE, MAP_FIXED_NOREPLACE))
    equal(await mapped(at - PAGE_SIZE, 2), '.#')
  },
  'mmap: fails with EINVAL for a length of 0': () => refused('EINVAL', () => mmap(0, 0, RW, ANONYMOUS)),
  'mmap: fails with EINVAL unless flags says private or shared': () =>
    refused('EINVAL', () => mmap(0, 1, RW, MAP_ANONYMOUS)),
  'mmap: fails with EINVAL for a fixed address or an offset off a page boundary': async () => {
    await refused('EINVAL', async () => fresh(1, (await place()) + 1, MAP_FIXED))
    await refused('EINVAL', async () => mmap(0, 1, RW, MAP_SHARED, await shared('odd', 1), 1))
  },
  'mmap: fails with ENOMEM for a fixed range outside of the address space': async () => {
    await refused('ENOMEM', () => fresh(1, 0, MAP_FIXED))
    await refused('ENOMEM', () => fresh(2, 2 ** 48 - PAGE_SIZE, MAP_FIXED))
  },
  'mmap: fails with ENOMEM for more than there is, unless with MAP_NORESERVE': async () => {
    await refused('ENOMEM', () => mmap(0, 2 ** 45, RW, ANONYMOUS))
    const sparse = await mmap(0, 2 ** 45, RW, ANONYMOUS | MAP_NORESERVE)
    await munmap(sparse, 2 ** 45)
  },
  'mmap: fails with EBADF for what is not an open descriptor': async () => {
    await refused('EBADF', () => mmap(0, 1, RW, MAP_SHARED))
    await refused('EBADF', () => mmap(0, 1, RW, MAP_SHARED, 900))
    await refused('EBADF', () => mmap(0, 1, RW, MAP_SHARED, 0.5))
  },
  'mmap: fails with EACCES for writing of shared memory by a read-only descriptor': async () => {
    const descriptor = await shared('read-only', 1, O_RDONLY)
    await refused('EACCES', () => mmap(0, PAGE_SIZE, RW, MAP_SHARED, descriptor))
    await mmap(0, PAGE_SIZE, PROT_READ, MAP_SHARED, descriptor)
    await mmap(0, PAGE_SIZE, RW, MAP_PRIVATE, descriptor)
    await close(descriptor)
  },
  'mmap: what is mapped stays when its descriptor is closed': async () => {
    const descriptor = await shared('closed', 2)
    const base = await mmap(0, 2 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
    await close(descriptor)
    equal(await mapped(base, 3), '##.')
  },
  'mmap: beyond the end of an object pages are mapped, for what it may grow to': async () => {
    const descriptor = await shared('beyond', 1)
    equal(await mapped(await mmap(0, 4 * PAGE_SIZE, RW, MAP_SHARED, descriptor, PAGE_SIZE), 5), '####.')
    await close(descriptor)
  },
  'mmap: fails with ENOMEM where it would exceed RLIMIT_AS': async () => {
    const { hard } = await getrlimit(RLIMIT_AS)
    await setrlimit(RLIMIT_AS, { soft: PAGE_SIZE - 1, hard })
    try {
      await refused('ENOMEM', () => fresh(1))
    } finally {
      await setrlimit(RLIMIT_AS, { soft: RLIM_INFINITY, hard })
    }
    await fresh(1)
  },
  'mmap: regions that are made by several threads at once do not overlap': async () => {
    const threads = []
    for (let i = 0; i < 3; i++) threads.push(await pthread_create(null, mapSome, i + 1))
    const regions: [number, number][] = []
    for (const thread of threads) regions.push(...(await pthread_join<[number, number][]>(thread)))
    regions.sort(([a], [b]) => a - b)
    let end = 0
    for (const [start, next] of regions) {
      equal(start > end, true)
      end = next
    }
  },
  'munmap: takes away the pages that the range touches, and no others': async () => {
    const base = await fresh(4)
    await munmap(base + PAGE_SIZE, PAGE_SIZE + 1)
    equal(await mapped(base, 4), '#..#')
  },
  'munmap: what is not mapped is passed over': async () => {
    const base = await fresh(4)
    await munmap(base + PAGE_SIZE, PAGE_SIZE)
    await munmap(base - PAGE_SIZE, 6 * PAGE_SIZE)
    equal(await mapped(base, 4), '....')
  },
  'munmap: fails with EINVAL off a page boundary, for a length of 0, and outside of the address space': async () => {
    const base = await fresh(1)
    await refused('EINVAL', () => munmap(base + 1, PAGE_SIZE))
    await refused('EINVAL', () => munmap(base, 0))
    await refused('EINVAL', () => munmap(2 ** 48 - PAGE_SIZE, 2 * PAGE_SIZE))
    equal(await mapped(base, 1), '#')
  },
  'munmap: holds for every kernel at once': async () => {
    const base = await fresh(2)
    await wander()
    await munmap(base, PAGE_SIZE)
    await wander()
    equal(await mapped(base, 2), '.#')
  },
  'mprotect: is for any range of mapped pages': async () => {
    const base = await fresh(4)
    await mprotect(base + PAGE_SIZE, 2 * PAGE_SIZE, PROT_NONE)
    await mprotect(base, 4 * PAGE_SIZE, PROT_READ | PROT_EXEC)
    await mprotect(base, 4 * PAGE_SIZE, RW)
    equal(await mremap(base, 4 * PAGE_SIZE, 4 * PAGE_SIZE), base) // one region again
  },
  'mprotect: fails with ENOMEM if part of the range is not mapped': async () => {
    const base = await fresh(3)
    await munmap(base + PAGE_SIZE, PAGE_SIZE)
    await refused('ENOMEM', () => mprotect(base, 3 * PAGE_SIZE, PROT_READ))
  },
  'mprotect: fails with EINVAL off a page boundary and for other protections': async () => {
    const base = await fresh(1)
    await refused('EINVAL', () => mprotect(base + 1, PAGE_SIZE, RW))
    await refused('EINVAL', () => mprotect(base, PAGE_SIZE, 8))
  },
  'mprotect: fails with EACCES for writing of what was mapped by a read-only descriptor': async () => {
    const descriptor = await shared('protected', 1, O_RDONLY)
    const base = await mmap(0, PAGE_SIZE, PROT_READ, MAP_SHARED, descriptor)
    await close(descriptor)
    await refused('EACCES', () => mprotect(base, PAGE_SIZE, RW))
    await mprotect(base, PAGE_SIZE, PROT_NONE)
  },
  'mremap: shrinks in place': async () => {
    const base = await fresh(4)
    equal(await mremap(base, 4 * PAGE_SIZE, PAGE_SIZE), base)
    equal(await mapped(base, 4), '#...')
  },
  'mremap: grows in place where there is room': async () => {
    const base = await fresh(2, await place())
    equal(await mremap(base, 2 * PAGE_SIZE, 5 * PAGE_SIZE), base)
    equal(await mapped(base, 6), '#####.')
  },
  'mremap: fails with ENOMEM where there is none, unless it may move': async () => {
    const base = await fresh(4)
    await mprotect(base + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ)
    await refused('ENOMEM', () => mremap(base, 2 * PAGE_SIZE, 3 * PAGE_SIZE))
    const moved = await mremap(base, 2 * PAGE_SIZE, 3 * PAGE_SIZE, MREMAP_MAYMOVE)
    equal(await mapped(base, 4), '..##')
    equal(await mapped(moved, 4), '###.')
  },
  'mremap: MREMAP_FIXED moves exactly there, in place of what was there': async () => {
    const base = await fresh(2)
    const target = await fresh(4, await place())
    equal(await mremap(base, 2 * PAGE_SIZE, 2 * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, target), target)
    equal(await mapped(base, 2), '..')
    equal(await mapped(target, 4), '####')
  },
  'mremap: an old length of 0 maps shared pages twice': async () => {
    const base = await mmap(0, 2 * PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS)
    const again = await mremap(base, 0, 2 * PAGE_SIZE, MREMAP_MAYMOVE)
    await munmap(base, 2 * PAGE_SIZE)
    equal(await mapped(again, 3), '##.')
    await refused('EINVAL', async () => mremap(await fresh(1), 0, PAGE_SIZE, MREMAP_MAYMOVE))
  },
  'mremap: fails with EFAULT if the old range is not one region': async () => {
    const base = await fresh(2)
    await refused('EFAULT', () => mremap(base, 3 * PAGE_SIZE, PAGE_SIZE))
    await mprotect(base, PAGE_SIZE, PROT_READ)
    await refused('EFAULT', () => mremap(base, 2 * PAGE_SIZE, 3 * PAGE_SIZE, MREMAP_MAYMOVE))
  },
  'mremap: fails with EINVAL for odd addresses, no new length, and targets that overlap': async () => {
    const base = await fresh(2)
    await refused('EINVAL', () => mremap(base + 1, PAGE_SIZE, PAGE_SIZE))
    await refused('EINVAL', () => mremap(base, PAGE_SIZE, 0))
    await refused('EINVAL', async () => mremap(base, PAGE_SIZE, PAGE_SIZE, MREMAP_FIXED, await place()))
    await refused('EINVAL', () => mremap(base, PAGE_SIZE, PAGE_SIZE, 64))
    const both = MREMAP_MAYMOVE | MREMAP_FIXED
    await refused('EINVAL', () => mremap(base, 2 * PAGE_SIZE, PAGE_SIZE, both, base + PAGE_SIZE))
  },
  'msync: fails with ENOMEM if part of the range is not mapped': async () => {
    const base = await fresh(2)
    await msync(base, 2 * PAGE_SIZE, MS_SYNC | MS_INVALIDATE)
    await refused('ENOMEM', () => msync(base, 3 * PAGE_SIZE, MS_SYNC))
  },
  'msync: fails with EINVAL for both MS_ASYNC and MS_SYNC, and off a page boundary': async () => {
    const base = await fresh(1)
    await refused('EINVAL', () => msync(base, PAGE_SIZE, MS_ASYNC | MS_SYNC))
    await refused('EINVAL', () => msync(base + 1, PAGE_SIZE, MS_SYNC))
  },
  'madvise: takes advice on mapped pages, and fails with ENOMEM on others': async () => {
    const base = await fresh(2)
    await madvise(base, 2 * PAGE_SIZE, MADV_SEQUENTIAL)
    await madvise(base, 2 * PAGE_SIZE, MADV_DONTNEED)
    await refused('ENOMEM', () => madvise(base, 3 * PAGE_SIZE, MADV_DONTNEED))
    await refused('EINVAL', () => madvise(base, PAGE_SIZE, 99))
  },
  'sbrk: returns the break before, and moves it by the increment': async () => {
    const start = await sbrk(0)
    equal(await sbrk(2 * PAGE_SIZE), start)
    equal(await mapped(start, 3), '##.')
    equal(await sbrk(-PAGE_SIZE), start + 2 * PAGE_SIZE)
    equal(await mapped(start, 3), '#..')
    await brk(start)
    equal(await mapped(start, 1), '.')
    equal(await sbrk(0), start)
  },
  'brk: fails with ENOMEM beyond what the heap can have, and where something else is mapped': async () => {
    const start = await sbrk(0)
    await refused('ENOMEM', () => brk(start - 1))
    await refused('ENOMEM', () => sbrk(2 ** 31))
    await fresh(1, start + PAGE_SIZE, MAP_FIXED)
    await refused('ENOMEM', () => sbrk(2 * PAGE_SIZE))
    await munmap(start + PAGE_SIZE, PAGE_SIZE)
    equal(await sbrk(0), start)
  },
  'shm_open: gives the lowest descriptor that is free': async () => {
    const first = await shared('lowest-1', 0)
    const second = await shared('lowest-2', 0)
    equal(second > first && first >= 3, true)
    await close(first)
    equal(await shared('lowest-3', 0), first)
    await close(first)
    await close(second)
  },
  'shm_open: O_CREAT makes an object if there is none, and opens one that is there': async () => {
    const name = nameOf('create')
    await refused('ENOENT', () => shm_open(name, O_RDWR))
    const descriptors = [await shm_open(name, O_CREAT | O_RDWR, 0o600), await shm_open(name, O_CREAT | O_RDWR, 0)]
    await shm_unlink(name)
    for (const each of descriptors) await close(each)
  },
  'shm_open: an object that is made is empty, and everybody who opens its name shares it': async () => {
    const name = nameOf('same')
    const made = await shm_open(name, O_CREAT | O_RDWR, 0o600)
    await wander()
    const opened = await shm_open(name, O_RDWR)
    await shm_unlink(name)
    const base = await mmap(0, PAGE_SIZE, RW, MAP_SHARED, opened)
    await faults('SIGBUS', () => get(base))
    await ftruncate(made, PAGE_SIZE)
    await put(base, 8)
    equal(await get(await mmap(0, PAGE_SIZE, PROT_READ, MAP_SHARED, made)), 8)
    await close(made)
    await close(opened)
  },
  'shm_open: O_CREAT with O_EXCL fails with EEXIST if there is one': async () => {
    const name = nameOf('exclusive')
    const descriptor = await shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600)
    await refused('EEXIST', () => shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600))
    await shm_unlink(name)
    await close(descriptor)
  },
  'shm_open: fails with EACCES if the mode of the object forbids it': async () => {
    const name = nameOf('mode')
    const descriptor = await shm_open(name, O_CREAT | O_RDWR, 0o400)
    await refused('EACCES', () => shm_open(name, O_RDWR))
    await close(await shm_open(name, O_RDONLY))
    await shm_unlink(name)
    await close(descriptor)
  },
  'shm_open: O_TRUNC makes the object empty': async () => {
    const name = nameOf('truncate')
    const descriptor = await shm_open(name, O_CREAT | O_RDWR, 0o600)
    await ftruncate(descriptor, PAGE_SIZE)
    await close(await shm_open(name, O_RDWR | O_TRUNC))
    await refused('EINVAL', () => shm_open(name, O_RDONLY | O_TRUNC))
    await shm_unlink(name)
    await close(descriptor)
  },
  'shm_open: fails with EINVAL and ENAMETOOLONG for names and flags that are none': async () => {
    await refused('EINVAL', () => shm_open('/', O_RDWR | O_CREAT))
    await refused('EINVAL', () => shm_open('/a/b', O_RDWR | O_CREAT))
    await refused('EINVAL', () => shm_open('/a', 1))
    await refused('ENAMETOOLONG', () => shm_open(`/${'x'.repeat(256)}`, O_RDWR | O_CREAT))
  },
  'shm_unlink: frees the name at once, and fails with ENOENT if there is none': async () => {
    const name = nameOf('unlink')
    const descriptor = await shm_open(name, O_CREAT | O_RDWR, 0o600)
    await shm_unlink(name)
    await refused('ENOENT', () => shm_unlink(name))
    await refused('ENOENT', () => shm_open(name, O_RDWR))
    await ftruncate(descriptor, PAGE_SIZE) // what is open is there still
    await close(descriptor)
  },
  'ftruncate: what is added is zeroes': async () => {
    const descriptor = await shared('added', 1)
    const base = await mmap(0, 3 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
    await put(base, 1)
    await ftruncate(descriptor, 3 * PAGE_SIZE)
    await wander()
    const bytes = await copyout(base, 3 * PAGE_SIZE)
    equal(bytes.reduce((sum, byte) => sum + byte, 0), 1)
    await close(descriptor)
  },
  'ftruncate: what was cut off within a page, or written behind the end of an object, is zero': async () => {
    const descriptor = await shared('rest', 2)
    const base = await mmap(0, 2 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
    await copyin(base, new Uint8Array(2 * PAGE_SIZE).fill(1))
    await wander()
    await ftruncate(descriptor, 100)
    const sum = async (): Promise<number> => (await copyout(base, PAGE_SIZE)).reduce((all, byte) => all + byte, 0)
    equal(await sum(), 100)
    await put(base + 100, 1)
    await wander()
    await ftruncate(descriptor, PAGE_SIZE)
    equal(await sum(), 100)
    await close(descriptor)
  },
  'ftruncate: fails with EINVAL for a negative length and a read-only descriptor, EBADF for none': async () => {
    const descriptor = await shared('truncated', 1, O_RDONLY)
    await refused('EINVAL', () => ftruncate(descriptor, 0))
    await refused('EINVAL', () => ftruncate(descriptor, -1))
    await close(descriptor)
    await refused('EBADF', () => ftruncate(descriptor, 0))
    await refused('EBADF', () => ftruncate(-1, 0))
  },
  'ftruncate: what is cut off a mapped object stays mapped, and can grow again': async () => {
    const descriptor = await shared('cut', 4)
    const base = await mmap(0, 4 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
    const copy = await mmap(0, 4 * PAGE_SIZE, RW, MAP_PRIVATE, descriptor)
    await ftruncate(descriptor, PAGE_SIZE)
    await ftruncate(descriptor, 3 * PAGE_SIZE)
    equal((await mapped(base, 4)) + (await mapped(copy, 4)), '########')
    await munmap(copy, 4 * PAGE_SIZE)
    await close(descriptor)
    await munmap(base, 4 * PAGE_SIZE)
  },
  'mmap: host files: what is written to a shared mapping is in the file, what is written to a private one is not': async () => {
    await withFile(async (path, descriptor) => {
      const all = await mmap(0, PAGE_SIZE, RW, MAP_SHARED, descriptor)
      const own = await mmap(0, PAGE_SIZE, RW, MAP_PRIVATE, descriptor)
      equal(await get(own), 'f'.charCodeAt(0))
      await put(own, 1)
      await put(all + 1, 2)
      await msync(all, PAGE_SIZE, MS_SYNC)
      equal(readFileSync(path).join(), '102,2,108,101')
      await munmap(own, PAGE_SIZE)
      await munmap(all, PAGE_SIZE)
    })
  },
  'mmap: host files: behind the end the last page is zeroes that are not written, and what is beyond it gets SIGBUS': async () => {
    await withFile(async (path, descriptor) => {
      const at = await mmap(0, 2 * PAGE_SIZE, RW, MAP_SHARED, descriptor)
      equal(await get(at + 4), 0)
      await put(at + 4, 1)
      await faults('SIGBUS', () => copyout(at + PAGE_SIZE, 1))
      await munmap(at, 2 * PAGE_SIZE)
      equal(readFileSync(path).length, 4)
    })
  },
  'ftruncate: changes the size of host files': async () => {
    await withFile(async (path, descriptor) => {
      await ftruncate(descriptor, 2)
      equal(readFileSync(path).length, 2)
      await ftruncate(descriptor, 5)
      equal(readFileSync(path).join(), '102,105,0,0,0')
    })
  },
  'ftruncate: what was cut off a mapped file, or written behind its end, is zero when it grows': async () => {
    await withFile(async (path, descriptor) => {
      const at = await mmap(0, PAGE_SIZE, RW, MAP_SHARED, descriptor)
      await put(at + 3, 1)
      await ftruncate(descriptor, 2)
      equal(`${await get(at + 2)}${await get(at + 3)}`, '00')
      await put(at + 4, 1)
      await ftruncate(descriptor, 6)
      equal(await get(at + 4), 0)
      await munmap(at, PAGE_SIZE)
      equal(readFileSync(path).join(), '102,105,0,0,0,0')
    })
  },
  'open: gives the lowest descriptor that is free': async () => {
    await withFile(async (path, descriptor) => {
      equal(await open(path, O_RDONLY), descriptor + 1)
      await close(descriptor)
      equal(await open(path, O_RDONLY), descriptor)
    })
  },
  'open: makes a file by O_CREAT, refuses one that is there by O_EXCL, and empties it by O_TRUNC': async () => {
    await withFile(async (path) => {
      await close(await open(`${path}-made`, O_CREAT | O_RDWR, 0o600))
      await refused('EEXIST', () => open(`${path}-made`, O_CREAT | O_EXCL | O_RDWR, 0o600))
      await close(await open(path, O_RDWR | O_TRUNC))
      equal(readFileSync(path).length, 0)
    })
  },
  'open: fails with ENOENT for what is not there, EISDIR for a folder to be written, ENOTDIR below a file': async () => {
    await withFile(async (path) => {
      await refused('ENOENT', () => open(`${path}-missing`, O_RDONLY))
      await refused('ENOENT', () => open('', O_RDONLY))
      await refused('EISDIR', () => open(tmpdir(), O_RDWR))
      await refused('ENOTDIR', () => open(`${path}/below`, O_RDONLY))
    })
  },
  'open: refuses with ENODEV what can’t be mapped, with ENOTSUP flags of read and write': async () => {
    await withFile(async (path) => {
      await refused('ENODEV', () => open('/dev/null', O_RDONLY))
      await refused('ENOTSUP', () => open(path, 1))
    })
  },
  'close: fails with EBADF for what is not open': async () => {
    const descriptor = await shared('close', 0)
    await close(descriptor)
    await refused('EBADF', () => close(descriptor))
    await refused('EBADF', () => close(-1))
  },
  'setrlimit: refuses a soft limit above the hard one, and raising that': async () => {
    await refused('EINVAL', () => setrlimit(RLIMIT_AS, { soft: 2, hard: 1 }))
    await refused('EINVAL', () => setrlimit(1000, { soft: 2, hard: 1 }))
    await setrlimit(RLIMIT_AS, { soft: 2 ** 46, hard: 2 ** 46 })
    await refused('EPERM', () => setrlimit(RLIMIT_AS, { soft: 1, hard: 2 ** 47 }))
    equal((await getrlimit(RLIMIT_AS)).hard, 2 ** 46)
  },
}

/** Maps regions on one kernel after the other. Returns where they begin and end. */
async function mapSome(pages: number): Promise<[number, number][]> {
  const regions: [number, number][] = []
  for (let i = 0; i < 4; i++) {
    const start = await fresh(pages)
    regions.push([start, start + pages * PAGE_SIZE])
    await wander()
  }
  return regions
}

export const main = (argv: string[]): Promise<number> => check(statements, argv)
