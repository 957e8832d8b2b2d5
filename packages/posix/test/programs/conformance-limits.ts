import { close, getpid, O_CREAT, O_RDWR, shm_open, shm_unlink, type fd } from '@atoll/posix'
import { check, equal, refused } from './support/statements.js'

// What takes too long to be run everywhere: it has no sidecar, so that the matrix leaves it out.
const statements = {
  'shm_open: fails with EMFILE when the process has as many descriptors as it can have': async () => {
    const name = `/many-${getpid()}`
    const descriptors: fd[] = []
    await refused('EMFILE', async () => {
      for (;;) descriptors.push(await shm_open(name, O_CREAT | O_RDWR, 0o600))
    })
    equal(descriptors.at(-1), 1023)
    for (const each of descriptors) await close(each)
    await shm_unlink(name)
  },
}

export const main = (argv: string[]): Promise<number> => check(statements, argv)
