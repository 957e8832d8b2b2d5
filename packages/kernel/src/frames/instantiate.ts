import { constants, Script } from 'node:vm'
import { debugCode } from './debug-code.js'
import { ImageInstance, SURROUNDINGS, type ImageFactory, type ProgramImage } from './image.js'
import { RecentMap } from '../recent-map.js'
import { registers, type Executor } from './registers.js'

/** What an image's factory is given beside `require`, `module` and `exports`. */
export type Surroundings = Readonly<
  Record<Exclude<(typeof SURROUNDINGS)[number], 'require' | 'module' | 'exports'>, unknown>
>

/** The name under which an image's code is known to the engine, in stacks and to debuggers. */
export const codeName = ({ hash, name }: ProgramImage): string => `atoll:${hash}/${name}`

// Dynamic `import()` of host modules; older runtimes can't, and throw ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING.
const loader = (constants as { USE_MAIN_CONTEXT_DEFAULT_LOADER?: number } | undefined)?.USE_MAIN_CONTEXT_DEFAULT_LOADER
const dynamicImport = loader === undefined ? {} : { importModuleDynamically: loader as never }

/** Of images that were instantiated lately, by hash. Each with its code: nobody has to believe that the hash is right. */
const factories = new RecentMap<string, { readonly code: string; readonly factory: ImageFactory }>(16)

/** Compiles an image's code, unless that was done lately in this isolate. */
function factoryOf(image: ProgramImage): ImageFactory {
  const { hash } = image
  const code = debugCode(image)
  const known = factories.get(hash)
  if (known?.code === code) return known.factory
  const script = new Script(code, { filename: codeName(image), ...dynamicImport })
  const factory = script.runInThisContext() as ImageFactory
  factories.set(hash, { code, factory })
  return factory
}

/** Makes an instance of an image and evaluates its modules, see {@link evaluate}. */
export function instantiate(
  image: ProgramImage,
  executor: Executor,
  require: (specifier: string) => unknown,
  surroundings: Surroundings,
): { instance: ImageInstance; exports: Readonly<Record<string, unknown>> } {
  const instance = new ImageInstance(image, executor)
  return { instance, exports: evaluate(instance, require, surroundings) }
}

/**
 * Evaluates the modules of a program, and returns what its entry exports. Throws what they throw. Those that await at their top level, and those that
 * import such modules, go on afterwards: until `instance.evaluated`.
 */
export function evaluate(
  instance: ImageInstance,
  require: (specifier: string) => unknown,
  surroundings: Surroundings,
): Readonly<Record<string, unknown>> {
  const module: { exports: Record<string, unknown> } = { exports: {} }
  const given: Record<string, unknown> = { require, module, exports: module.exports, ...surroundings }
  factoryOf(instance.image)(registers, instance, ...SURROUNDINGS.map((name) => given[name]))
  return module.exports
}
