import { SUPERVISOR, type Messenger } from '@atoll/messaging'
import { traces } from './protocol.js'
import type { TraceSink } from './sink.js'

/** What may be under way to the supervisor, in characters. What goes beyond that is lost, and counted. */
const WINDOW = 4 << 20

/** Sends events to the supervisor, only so many at once: a trace may be slowed down by its disk, a kernel must not. */
export class TraceSender implements TraceSink {
  readonly #messenger: Messenger
  #underWay = 0
  #lost = 0
  readonly #whenWritten: (() => void)[] = []

  constructor(messenger: Messenger) {
    this.#messenger = messenger
  }

  write(events: string, count: number): void {
    if (this.#underWay + events.length > WINDOW || !this.#send(events, count)) this.#lost += count
  }

  /** Calls `written` when nothing is under way. */
  whenWritten(written: () => void): void {
    if (this.#underWay === 0) written()
    else this.#whenWritten.push(written)
  }

  #send(events: string, count: number): boolean {
    const message = this.#lost === 0 ? events : `${this.#lossJson()},\n${events}`
    try {
      this.#messenger.request(SUPERVISOR, traces.events, { events: message, count }, () => {
        this.#written(events.length)
      })
    } catch {
      return false // the link is full: lost, as beyond the window
    }
    this.#lost = 0
    this.#underWay += events.length
    return true
  }

  #written(length: number): void {
    this.#underWay -= length
    if (this.#underWay > 0) return
    for (const written of this.#whenWritten.splice(0)) written()
  }

  #lossJson(): string {
    const name = `${this.#lost} events were lost: the trace could not be written fast enough`
    return JSON.stringify({
      ph: 'M',
      name: 'process_labels',
      pid: this.#messenger.self,
      tid: 0,
      args: { labels: name },
    })
  }
}
