import { NodeFiles } from '@atoll/address-space'
import { StderrLogger } from '@atoll/kernel'
import { HostFiles, Logger } from '@atoll/system/kernel'

/** Registers files that can be read, and not be written. */
export function register(container) {
  const files = new NodeFiles()
  const open = (path, opening) =>
    Object.assign(files.open(path, opening), {
      write: () => {
        throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      },
    })
  container.register(HostFiles, { useValue: { open } })
  container.register(Logger, { useValue: new StderrLogger({ write: () => undefined }) })
}
