/**
 * The packages and the arrows between them, as the design draws them: `from: [to, …]`. A package may import whatever
 * lies below it along the arrows, and nothing else. Kernels never load the compiler, so no arrow leads there from
 * `posix` or below.
 */
const SERVICES = ['address-space', 'sync', 'signals', 'sockets', 'namespaces']

/** @type {Record<string, readonly string[]>} */
const ARROWS = {
  messaging: [],
  kernel: ['messaging'],
  migration: ['kernel'],
  compiler: ['kernel'],
  ...Object.fromEntries(SERVICES.map((service) => [service, ['migration']])),
  posix: [...SERVICES, 'migration'],
  system: ['posix', 'compiler'],
  cli: ['system'],
  samples: ['cli'],
  benchmarks: ['cli', 'samples'],
}

/** Is `name` a package that the design knows? */
export const isLayered = (name) => Object.hasOwn(ARROWS, name)

/** All packages that lie below `name`. */
export function below(name) {
  const reached = new Set()
  const visit = (from) => {
    for (const to of ARROWS[from] ?? []) {
      if (reached.has(to)) continue
      reached.add(to)
      visit(to)
    }
  }
  visit(name)
  return reached
}
