import type { KernelId } from '@atoll/messaging'
import type { ForcedMotion } from '@atoll/migration'
import type { DependencyContainer } from 'tsyringe'

/**
 * Something that a user adds on the kernels' side. Kernels live in isolates of their own, so it can't be an object: it is a module and the
 * name of a {@link RegisterKernelModule} function that it exports.
 */
export interface KernelModule {
  /** Where the module is: an absolute file URL, or what Node can import from this package. */
  readonly module: URL | string
  /** The function's name. @default 'register' */
  readonly export?: string
}

/** What a kernel module exports: called once per kernel, before the kernel is made, with the kernel's own container. */
export type RegisterKernelModule = (container: DependencyContainer) => void | Promise<void>

/** What a kernel is started with. Plain data: it crosses into the kernel's isolate. */
export interface KernelSettings {
  readonly id: KernelId
  readonly kernelModules: readonly { readonly module: string; readonly export: string }[]
  /** Moves threads without being asked, to show that nobody can tell; `null`: no. */
  readonly forcedMotion: ForcedMotion | null
  /** Seeds the kernel's `Random`; `null`: from the host's entropy. */
  readonly seed: number | null
}

/** What the built-in backends take alike. */
export interface KernelOptions {
  /** Loaded on every kernel, in this order. @default [] */
  readonly kernelModules?: readonly KernelModule[]
  /**
   * `capture`: at every safe point a thread is taken apart, encoded, and made anew; `hop`: it moves to the next kernel. Slow,
   * and no program should notice. @default none
   */
  readonly forcedMotion?: ForcedMotion
}

/** The settings of one kernel, from a backend's options. */
export function kernelSettings(id: KernelId, options: KernelOptions, seed: number | null): KernelSettings {
  const kernelModules = (options.kernelModules ?? []).map(({ module, export: name = 'register' }) => ({
    module: String(module),
    export: name,
  }))
  return { id, kernelModules, forcedMotion: options.forcedMotion ?? null, seed }
}
