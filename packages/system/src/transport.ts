import type { Transport as TransportPort } from '@atoll/messaging'
import type { InjectionToken } from 'tsyringe'

/** How a kernel reaches the others. */
export type Transport = TransportPort

/**
 * Default: the backend's own. Registered in every kernel's container; a kernel module may put another one around it, that
 * counts, delays or encrypts.
 */
export const Transport: InjectionToken<Transport> = Symbol('atoll.Transport')
