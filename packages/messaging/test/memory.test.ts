import test from 'ava'
import { linkCompliance } from '../src/compliance/index.js'
import { MemoryNetwork, SteppedDelivery } from '../src/index.js'
import { randomFrom } from './random.js'

linkCompliance(test, {
  async setup(kernels, limits) {
    const delivery = new SteppedDelivery(randomFrom(1))
    const network = new MemoryNetwork(delivery, limits)
    return {
      transports: Array.from({ length: kernels }, (_, index) => network.transport(index + 1)),
      async turn() {
        delivery.step()
      },
      corrupt: (from, to) => network.damage(from, to),
    }
  },
  async teardown({ transports }) {
    for (const transport of transports) transport.close()
  },
})
