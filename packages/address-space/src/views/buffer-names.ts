import { Unmovable, type NamedObjects } from '@atoll/kernel'
import type { ProcessMemory } from '../access/process-memory.js'
import type { ObjectCopies } from '../pages/object-copies.js'
import type { ObjectId } from '../regions/region.js'

/**
 * The memory of a kernel's copies does not travel with the views that lie on it: it goes by name, and where a thread arrives its views lie on that kernel's
 * own copies.
 */
export class BufferNames implements NamedObjects {
  readonly #memory: ProcessMemory
  readonly #names = new WeakMap<object, string>()

  constructor(memory: ProcessMemory) {
    this.#memory = memory
  }

  /** Names the memory of these copies. */
  note({ object, buffer, count }: ObjectCopies, source: ObjectId): void {
    if (!this.#names.has(buffer)) this.#names.set(buffer, `memory:${object}:${count}:${source}`)
  }

  nameOf(target: object): string | undefined {
    if (!(target instanceof ArrayBuffer)) return undefined
    const name = this.#names.get(target)
    if (name === undefined || this.#memory.process.isWholeThread) return name
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what the encoder throws to itself
    throw new Unmovable(
      target,
      "a view of the process's memory, which is its thread's own",
      'hand over its address, and make a view of it there',
    )
  }

  has(name: string): boolean {
    return parse(name) !== null
  }

  named(name: string): unknown {
    const parts = parse(name)
    return parts ? this.#memory.copies(parts.object, parts.pages, parts.source, 'view').buffer : undefined
  }
}

/** More pages than any object has are a damaged image's. */
const MOST_PAGES = 2 ** 21

function parse(name: string): { object: ObjectId; pages: number; source: ObjectId } | null {
  const [, object, pages, source] = /^memory:(\d{1,16}):(\d{1,8}):(\d{1,16})$/.exec(name) ?? []
  if (object === undefined || Number(pages) > MOST_PAGES) return null
  return { object: Number(object), pages: Number(pages), source: Number(source) }
}
