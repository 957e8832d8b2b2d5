import type { Kernel, ProcessReplica } from '@atoll/kernel'
import { HeapHome } from './heap/home.js'
import { serveHeaps } from './heap/replica.js'
import type { HostFiles } from './files/host-files.js'
import { SharedObjects } from './objects/home.js'
import { ObjectNumbers } from './objects/object-numbers.js'
import { DescriptorTables } from './objects/origin.js'
import type { ObjectPages } from './objects/pages-port.js'
import { ProcessMemory } from './access/process-memory.js'
import { PageService } from './pages/service.js'
import { RegionHome } from './regions/home.js'
import { VIEW_DISPOSAL } from './views/calls.js'
import { ThreadViews, type ViewsImage } from './views/thread-views.js'
import { AddressSpaces, type AddressSpace } from './regions/replica.js'

const services = new WeakMap<Kernel, AddressSpaceService>()

/** The address-space service of one kernel. */
export class AddressSpaceService {
  /** Where the pages are of the objects that are at home here. */
  readonly pages: ObjectPages
  readonly objectNumbers: ObjectNumbers
  readonly descriptors: DescriptorTables
  readonly sharedObjects: SharedObjects
  readonly home: RegionHome
  readonly spaces: AddressSpaces
  readonly heapHome: HeapHome

  /** Installs the service. */
  constructor(kernel: Kernel, files: HostFiles) {
    const pageService = new PageService(kernel)
    this.pages = pageService
    const pages = (): ObjectPages => this.pages
    this.objectNumbers = new ObjectNumbers(kernel.id)
    this.descriptors = new DescriptorTables(kernel)
    this.sharedObjects = new SharedObjects(kernel, this.objectNumbers, pages, files)
    this.home = new RegionHome(kernel, this.objectNumbers, this.descriptors, pages)
    this.spaces = new AddressSpaces(kernel)
    this.heapHome = new HeapHome(kernel, this.home)
    serveHeaps(kernel, this.heapHome)
    services.set(kernel, this)
    kernel.memory = {
      enter: (process) => new ProcessMemory(process, this.spaces.of(process), pageService.replica),
      ended: (pid, done) => {
        this.home.whenWritten(pid, done)
      },
      restoreGuard: (thread, image) => new ThreadViews(thread, image as ViewsImage),
    }
    kernel.externals.register('atoll:views', VIEW_DISPOSAL)
  }
}

/** The service that was installed on this kernel. */
export function addressSpaceService(kernel: Kernel): AddressSpaceService {
  const service = services.get(kernel)
  if (service) return service
  throw new Error(`kernel ${kernel.id} was booted without its address-space service`)
}

/** What the kernel of this replica knows of the process's regions. */
export const addressSpaceOf = (process: ProcessReplica): AddressSpace =>
  addressSpaceService(process.kernel).spaces.of(process)
