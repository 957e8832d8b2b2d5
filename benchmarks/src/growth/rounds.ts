import type { Delivery, DeliveryScheduler } from '@atoll/messaging'

/** Messages between simulated kernels that all take equally long: counts them, and how many must wait for one another. */
export class Rounds implements DeliveryScheduler {
  #underWay: Delivery[] = []
  /** Messages so far. */
  messages = 0

  schedule(delivery: Delivery): void {
    this.messages++
    this.#underWay.push(delivery)
  }

  /** All that is under way arrives. `false`: nothing was. */
  arrive(): boolean {
    const arriving = this.#underWay
    this.#underWay = []
    for (const delivery of arriving) delivery.deliver()
    return arriving.length > 0
  }
}
