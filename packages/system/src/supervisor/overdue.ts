import { mapStack, RecentMap, type Logger, type ProgramImage } from '@atoll/kernel'
import type { KernelId } from '@atoll/messaging'
import type { SystemEvents } from '../events.js'

/** Images whose functions can be named. */
const IMAGES = 16
const PLACE = /^\s+at (?:(.*) \()?(\S+?:\d+:\d+)\)?$/

/** Says which functions keep kernels from their safe points: each once, by its name and the line it is called in. */
export class OverdueReports {
  readonly #logger: Logger
  readonly #events: SystemEvents
  readonly #images = new RecentMap<string, ProgramImage>(IMAGES)
  readonly #told = new Set<string>()

  constructor(logger: Logger, events: SystemEvents) {
    this.#logger = logger
    this.#events = events
  }

  /** A process of this image has been started. */
  started(image: ProgramImage): void {
    this.#images.set(image.hash, image)
  }

  /** `stack`: what the kernel was doing, the lines of a native stack; empty if nobody knows. */
  report(kernel: KernelId, ms: number, stack: readonly string[]): void {
    const places = this.#inSources(stack)
    if (stack.length > 0 && places.length === 0) return // the program's function had returned by then
    const [[name, place] = ['', '']] = places
    this.#events.emit('safe-point-overdue', { kernel, ms, function: name, place })
    const caller = places.find(([other]) => other !== name)
    const key = `${name} ${place.replace(/:\d+:\d+$/, '')}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#logger.warn(warning(name, place), {
      kernel,
      ms,
      ...(caller && { calledBy: `${caller[0] || 'a function'} (${caller[1]})` }),
    })
  }

  /** The calls of the stack that are the program's, innermost first: name and place. */
  #inSources(stack: readonly string[]): readonly (readonly [name: string, place: string])[] {
    const isOfImage = (line: string): boolean => line.includes('atoll:')
    const own = stack.slice(stack.findIndex(isOfImage), stack.findLastIndex(isOfImage) + 1)
    const lines = mapStack(own.join('\n'), (hash) => this.#images.get(hash)).split('\n')
    return lines.flatMap((line) => {
      const [, name = '', place] = PLACE.exec(line) ?? []
      return place === undefined ? [] : [[name, place] as const]
    })
  }
}

const warning = (name: string, place: string): string =>
  place === ''
    ? "something that is not the program's own code keeps a kernel from its safe points: a native call that does not return"
    : `${name || 'a function'} (${place}) keeps its kernel from its safe points: other threads, messages and timers wait. Remedy: make it async, so that its loops are safe points, or do less per call`
