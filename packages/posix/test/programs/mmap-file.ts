import {
  close,
  copyin,
  copyout,
  ftruncate,
  load_u8,
  MAP_PRIVATE,
  MAP_SHARED,
  mmap,
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
  PosixError,
  PROT_READ,
  PROT_WRITE,
  pthread_create,
  pthread_join,
  store_u8,
  type Ptr,
} from '@atoll/posix'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const RW = PROT_READ | PROT_WRITE
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (word: string): Uint8Array => new TextEncoder().encode(word)

async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'done'
  } catch (error) {
    if (!(error instanceof PosixError)) throw error
    return (error as { signal?: string }).signal ?? error.code
  }
}

/** The file as other programs of the host see it. */
const onDisk = (path: string, from: number, length: number): string =>
  text(readFileSync(path).subarray(from, from + length))

async function change({ at, word }: { at: Ptr; word: string }): Promise<string> {
  const before = text(await copyout(at, word.length))
  await copyin(at, bytes(word))
  return before
}

export async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-mmap-file-'))
  try {
    await shared(join(folder, 'shared'))
    await copied(join(folder, 'private'))
    await made(join(folder, 'made'))
    await refused(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function shared(path: string): Promise<void> {
  writeFileSync(path, `${'a'.repeat(PAGE_SIZE)}bcd`)
  const fd = await open(path, O_RDWR)
  const at = await mmap(0, 3 * PAGE_SIZE, RW, MAP_SHARED, fd)
  await close(fd)
  console.log('mapped:', text(await copyout(at + PAGE_SIZE - 2, 5)))
  console.log('behind its end:', (await copyout(at + PAGE_SIZE + 3, PAGE_SIZE - 3)).every((byte) => byte === 0))
  console.log('behind its last page:', await refusal(load_u8(at + 2 * PAGE_SIZE)))
  const threads = []
  for (const [cpu, word] of ['one', 'two'].entries()) {
    threads.push(await pthread_create({}, change, { at: at + 8 * cpu, word }))
  }
  const before = []
  for (const thread of threads) before.push(await pthread_join<string>(thread))
  console.log('threads found', before.join(' '), 'and left', text(await copyout(at, 11)))
  await msync(at, PAGE_SIZE, MS_SYNC)
  console.log('synced:', onDisk(path, 0, 11))
  await copyin(at + PAGE_SIZE + 1, bytes('CD and what is behind its end'))
  const again = await open(path, O_RDONLY)
  const other = await mmap(0, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED, again)
  console.log('mapped twice:', text(await copyout(other + PAGE_SIZE, 3)))
  console.log('written by a read-only mapping:', await refusal(store_u8(other, 1)))
  await munmap(other, 2 * PAGE_SIZE)
  await munmap(at, 3 * PAGE_SIZE)
  await close(again)
  console.log('unmapped:', onDisk(path, PAGE_SIZE, 100), readFileSync(path).length - PAGE_SIZE)
}

async function copied(path: string): Promise<void> {
  writeFileSync(path, 'original')
  const fd = await open(path, O_RDONLY)
  const own = await mmap(0, PAGE_SIZE, RW, MAP_PRIVATE, fd)
  console.log('shared writing:', await refusal(mmap(0, PAGE_SIZE, RW, MAP_SHARED, fd)))
  console.log('copied:', await change({ at: own, word: 'changed!' }), text(await copyout(own, 8)))
  await munmap(own, PAGE_SIZE)
  await close(fd)
  console.log('the file:', onDisk(path, 0, 8))
}

async function made(path: string): Promise<void> {
  const fd = await open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
  const at = await mmap(0, 4 * PAGE_SIZE, RW, MAP_SHARED, fd)
  console.log('empty:', await refusal(load_u8(at)))
  await ftruncate(fd, 2 * PAGE_SIZE)
  await copyin(at + 2 * PAGE_SIZE - 4, bytes('tail'))
  console.log('grown:', readFileSync(path).length / PAGE_SIZE, 'pages')
  await ftruncate(fd, PAGE_SIZE)
  console.log('cut:', await refusal(load_u8(at + PAGE_SIZE)))
  await ftruncate(fd, 2 * PAGE_SIZE)
  console.log('grown again:', (await copyout(at + PAGE_SIZE, PAGE_SIZE)).every((byte) => byte === 0))
  await copyin(at, bytes('kept'))
  const cutter = await open(path, O_RDWR | O_TRUNC)
  console.log('opened to be cut:', readFileSync(path).length, await refusal(load_u8(at)))
  await munmap(at, 4 * PAGE_SIZE)
  await close(cutter)
  await close(fd)
  truncateSync(path, PAGE_SIZE)
  const later = await open(path, O_RDWR)
  const there = await mmap(0, PAGE_SIZE, RW, MAP_SHARED, later)
  console.log('changed by others:', await load_u8(there))
}

async function refused(folder: string): Promise<void> {
  const path = join(folder, 'made')
  console.log('exclusively:', await refusal(open(path, O_RDWR | O_CREAT | O_EXCL)))
  console.log('missing:', await refusal(open(join(folder, 'missing'), O_RDWR)))
  console.log('through a file:', await refusal(open(join(path, 'below'), O_RDONLY)))
  console.log('a folder:', await refusal(open(folder, O_RDONLY)), await refusal(open(folder, O_RDWR)))
  console.log('no name:', await refusal(open('', O_RDONLY)))
  console.log('to write only:', await refusal(open(path, 1)))
}
