import { MS_ASYNC, msync, PAGE_SIZE, PosixError, type Ptr } from '@atoll/posix'

/** Is anything mapped on the page at this address? */
export async function placed(addr: Ptr): Promise<boolean> {
  try {
    await msync(addr, 1, MS_ASYNC)
    return true
  } catch (error) {
    if (error instanceof PosixError && error.code === 'ENOMEM') return false
    throw error
  }
}

/** Which of the pages from this address on are mapped: `#` for one that is, `.` for one that is not. */
export async function mapped(addr: Ptr, pages: number): Promise<string> {
  let picture = ''
  for (let page = 0; page < pages; page++) picture += (await placed(addr + page * PAGE_SIZE)) ? '#' : '.'
  return picture
}
