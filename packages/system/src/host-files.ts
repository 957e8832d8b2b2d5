import type { HostFiles as HostFilesPort } from '@atoll/address-space'
import type { InjectionToken } from 'tsyringe'

/** The files of a kernel's host, which programs map: see the port in `@atoll/address-space`. */
export type HostFiles = HostFilesPort

/** Default: `NodeFiles`, those that Node sees, also in `sim`. Kernel modules may register others. */
export const HostFiles: InjectionToken<HostFilesPort> = Symbol('atoll.HostFiles')
