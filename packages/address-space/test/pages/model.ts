import type { KernelId } from '@atoll/messaging'
import { createHash } from 'node:crypto'
import { PAGE_SIZE } from '../../src/constants.js'
import { Acquisition, inOrder } from '../../src/pages/acquisition.js'
import { Copy } from '../../src/pages/protocol.js'
import { PageService } from '../../src/pages/service.js'
import { ModelNet, type Arrival } from './model-net.js'

/** What a thread of a kernel does, one after another. `all`: holds all pages of the object at once, to write, for a while. */
export type Operation =
  | { readonly kind: 'read' | 'write'; readonly page: number }
  | { readonly kind: 'view'; readonly pages: readonly number[]; readonly write: boolean }

export interface Configuration {
  /** By kernel, 1 …: what its threads do, each a list. */
  readonly threads: readonly (readonly (readonly Operation[])[])[]
  readonly pages: number
  /** Which kernel may die, at any moment. */
  readonly mayDie?: KernelId
}

interface ModelThread {
  readonly kernel: KernelId
  readonly name: string
  next: number
  state: 'idle' | 'waiting' | 'holding'
  acquisition: Acquisition | null
}

/** The page protocol's real code on kernels that nothing but an explorer drives, with what must be true of it. */
export class Model {
  readonly #net: ModelNet
  readonly #configuration: Configuration
  readonly #services = new Map<KernelId, PageService>()
  readonly #threads: ModelThread[] = []
  readonly #object = 2 ** 24 + 1
  /** What each page holds: the number of its last write. */
  readonly #values: number[]
  #writes = 0
  #deaths = 0
  lost = 0

  constructor(configuration: Configuration) {
    this.#configuration = configuration
    const ids = configuration.threads.map((_, at) => at + 1)
    this.#net = new ModelNet(ids)
    this.#values = new Array<number>(configuration.pages).fill(0)
    for (const id of ids) this.#services.set(id, new PageService(this.#net.port(id)))
    for (const [at, threads] of configuration.threads.entries()) {
      for (const number of threads.keys()) {
        this.#threads.push({ kernel: at + 1, name: `${at + 1}.${number}`, next: 0, state: 'idle', acquisition: null })
      }
    }
  }

  /** States with the same name are the same state. */
  get name(): string {
    const living = this.#living()
    const state = [
      this.#net.snapshot(),
      living.map((id) => this.#services.get(id)!.snapshot()),
      living.map((id) => this.#values.map((_, page) => this.#pages(id).view.getInt32(page * PAGE_SIZE, true))),
      this.#threads.map(({ next, state, acquisition }) => [next, state, acquisition?.at, acquisition?.held]),
      this.#values,
    ]
    return createHash('md5').update(JSON.stringify(state)).digest('base64')
  }

  actions(): Arrival[] {
    const actions = this.#net.arrivals()
    for (const thread of this.#threads) {
      if (this.#net.dead.has(thread.kernel)) continue
      const operation = this.#operation(thread)
      if (thread.state === 'idle' && operation) {
        actions.push({
          name: `${thread.name} begins`,
          at: thread.kernel,
          act: () => {
            this.#begin(thread, operation)
          },
        })
      } else if (thread.state === 'holding' && operation) {
        actions.push({
          name: `${thread.name} runs`,
          at: thread.kernel,
          act: () => {
            this.#run(thread, operation)
          },
        })
      }
    }
    const { mayDie } = this.#configuration
    if (mayDie !== undefined && this.#deaths === 0) {
      actions.push({
        name: `${mayDie} dies`,
        at: mayDie,
        act: () => {
          this.#deaths++
          this.#net.kill(mayDie)
        },
      })
    }
    return actions
  }

  /** What must hold at all times: a page that may be written somewhere has no other copy. */
  check(): void {
    for (let page = 0; page < this.#configuration.pages; page++) {
      const copies = this.#living().map((id) => this.#pages(id).states[page] ?? 0)
      const writable = copies.filter((copy) => copy === Copy.writable).length
      const readable = copies.filter((copy) => copy === Copy.readable).length
      if (writable > 1 || (writable === 1 && readable > 0)) throw new Error(`page ${page} has copies ${copies.join()}`)
    }
  }

  /** What must hold when nothing more can happen. */
  checkEnd(): void {
    for (const thread of this.#threads) {
      if (this.#net.dead.has(thread.kernel) || (thread.state === 'idle' && !this.#operation(thread))) continue
      throw new Error(`thread ${thread.name} is ${thread.state} for ever`)
    }
  }

  #operation({ kernel, name, next }: ModelThread): Operation | undefined {
    return this.#configuration.threads[kernel - 1]?.[Number(name.split('.')[1])]?.[next]
  }

  #living(): KernelId[] {
    return this.#net.ids.filter((id) => !this.#net.dead.has(id))
  }

  #pages(id: KernelId): ReturnType<PageService['replica']['object']> {
    return this.#services.get(id)!.replica.object(this.#object, this.#configuration.pages)
  }

  #begin(thread: ModelThread, operation: Operation): void {
    const pages = this.#pages(thread.kernel)
    const isWrite = operation.kind === 'write' || (operation.kind === 'view' && operation.write)
    const numbers = operation.kind === 'view' ? operation.pages : [operation.page]
    const copy = isWrite ? Copy.writable : Copy.readable
    const needs = inOrder(numbers.map((page) => ({ pages, page, count: 1, copy })))
    thread.state = 'waiting'
    thread.acquisition = new Acquisition(needs, {
      acquired: () => {
        thread.state = 'holding'
        if (operation.kind !== 'view') this.#run(thread, operation)
      },
      lost: (_need, page) => {
        this.lost++
        for (const id of this.#living()) {
          const copies = this.#pages(id).states[page] ?? 0
          if (copies !== Copy.none) throw new Error(`page ${page} is lost, but kernel ${id} has it`)
        }
        this.#done(thread)
      },
    })
    this.#services.get(thread.kernel)!.replica.acquire(thread.acquisition)
  }

  /** Reads, and writes, what it holds. */
  #run(thread: ModelThread, operation: Operation): void {
    const { view, states } = this.#pages(thread.kernel)
    const numbers = operation.kind === 'view' ? operation.pages : [operation.page]
    for (const page of numbers) {
      const isWrite = operation.kind === 'write' || (operation.kind === 'view' && operation.write)
      if ((states[page] ?? 0) < (isWrite ? Copy.writable : Copy.readable))
        throw new Error(`page ${page} was taken from ${thread.name}, which holds it`)
      const value = view.getInt32(page * PAGE_SIZE, true)
      if (value !== this.#values[page]) {
        throw new Error(`${thread.name} reads ${value} in page ${page}, the last write was ${this.#values[page]}`)
      }
      if (!isWrite) continue
      this.#values[page] = ++this.#writes
      view.setInt32(page * PAGE_SIZE, this.#writes, true)
    }
    this.#services.get(thread.kernel)!.replica.release(thread.acquisition!)
    this.#done(thread)
  }

  #done(thread: ModelThread): void {
    thread.acquisition = null
    thread.next++
    thread.state = 'idle'
  }
}

/**
 * Tries every order of events. A run follows choices from the beginning; a state that was met before is left at once, for what can follow has been tried.
 * Returns the number of different states.
 */
export function explore(configuration: Configuration, limit = Infinity): { states: number; lost: number } {
  const met = new Set<string>()
  let choices: number[] = []
  let lost = 0
  for (;;) {
    const widths: number[] = []
    const names: string[] = []
    const model = new Model(configuration)
    try {
      for (let step = 0; ; step++) {
        const actions = model.actions()
        model.check()
        if (step >= choices.length) {
          if (met.has(model.name)) break
          met.add(model.name)
        }
        const action = actions[choices[step] ?? 0]
        if (!action) {
          model.checkEnd()
          lost += model.lost
          break
        }
        widths.push(actions.length)
        names.push(action.name)
        action.act()
      }
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
      throw new Error(`${what}\nafter\n  ${names.join('\n  ')}`, { cause: error })
    }
    if (met.size >= limit) return { states: met.size, lost }
    choices = widths.map((_, step) => choices[step] ?? 0)
    while (choices.length > 0 && choices.at(-1)! + 1 >= widths[choices.length - 1]) choices.pop()
    if (choices.length === 0) return { states: met.size, lost }
    choices.push(choices.pop()! + 1)
  }
}
