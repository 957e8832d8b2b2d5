import { overlaps, type AddressRange } from './region.js'

/** A change of the map that has been made at home, and that other kernels must hear of before it is through. */
export interface Change {
  /** What they must forget. */
  readonly withdrawn: readonly AddressRange[]
  /** Addresses that nothing else may take meanwhile, beside those. */
  readonly reserved: readonly AddressRange[]
  /** Is called when they have. Calls `done` when the change is through. */
  readonly finish: (done: () => void) => void
}

/** Has every kernel that knows something of these ranges forget it, then calls `done`; at once if none does. */
export type Withdraw = (ranges: readonly AddressRange[], done: () => void) => void

/**
 * Changes that take something away: one after another, each acknowledged by every kernel before it is through. Until then its addresses are
 * reserved, for a kernel that has not heard yet would find there what was.
 */
export class Withdrawals {
  readonly #withdraw: Withdraw
  readonly #waiting: (() => Change | null)[] = []
  /** Who asks for what is under way. */
  #askers: (() => void)[] = []
  #isBusy = false
  #reserved: readonly AddressRange[] = []

  constructor(withdraw: Withdraw) {
    this.#withdraw = withdraw
  }

  /** Ranges that nothing may be mapped in now, whatever the map says. */
  get reserved(): readonly AddressRange[] {
    return this.#reserved
  }

  /** Is nothing in this range under way? */
  leaveFree(range: AddressRange): boolean {
    return !this.#reserved.some((other) => overlaps(other, range))
  }

  /** Calls `then` when nothing at this address is under way: nobody shall find nothing where something is about to be replaced or moved. */
  whenQuiet(address: number, then: () => void): void {
    if (this.leaveFree({ start: address, end: address + 1 })) then()
    else this.#askers.push(then)
  }

  /** Calls `begin` when no other change is under way, at once if none is. It makes the change at home; `null`: there is none after all. */
  run(begin: () => Change | null): void {
    this.#waiting.push(begin)
    if (!this.#isBusy) this.#goOn()
  }

  #goOn(): void {
    this.#isBusy = true
    for (let begin = this.#waiting.shift(); begin; begin = this.#waiting.shift()) {
      const change = begin()
      if (change !== null && !this.#isThroughAtOnce(change)) return
    }
    this.#isBusy = false
  }

  /** Spreads a change. If it is not through at once, what waits goes on when it is: by a loop, however many there are. */
  #isThroughAtOnce({ withdrawn, reserved, finish }: Change): boolean {
    let isThrough = false
    let isLate = false
    this.#reserved = [...withdrawn, ...reserved]
    const through = (): void => {
      this.#reserved = []
      isThrough = true
      this.#answerAskers()
      if (isLate) this.#goOn()
    }
    this.#withdraw(withdrawn, () => {
      finish(through)
    })
    isLate = !isThrough
    return isThrough
  }

  #answerAskers(): void {
    const askers = this.#askers
    this.#askers = []
    for (const ask of askers) ask()
  }
}
