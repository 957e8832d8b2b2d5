import { atoll, pthread_create, pthread_join, sched_getaffinity, sched_getcpu, sched_setaffinity, type KernelInfo } from '@atoll/posix'

/** Goes to each kernel, and looks around where nothing takes it away. */
async function visits(kernels: number[]): Promise<boolean> {
  const before = await sched_getaffinity(0)
  let right = 0
  for (const kernel of kernels) {
    await atoll.migrate(kernel)
    const cpu = kernel - 1
    await sched_setaffinity(0, [cpu])
    await atoll.migrate(kernel)
    const here = atoll.here()
    if (here.kernel === kernel && here.cpu === cpu && sched_getcpu() === cpu) right++
    await sched_setaffinity(0, before)
  }
  const after = await sched_getaffinity(0)
  return right === kernels.length && after.size === before.size
}

type Node = KernelInfo['node']

const isDescribed = ({ isa, byteOrder, cores, memoryBytes, runtime, pageBytes, speed, cost }: Node): boolean =>
  isa === process.arch &&
  /^[LB]E$/.test(byteOrder) &&
  [cores, memoryBytes, speed, cost].every((number) => number > 0) &&
  runtime === 'node' &&
  pageBytes === 4096

export async function main(): Promise<void> {
  const kernels = atoll.kernels()
  const numbers = kernels.map(({ kernel }) => kernel)
  console.log('ascending:', numbers.every((kernel, i) => kernel === i + 1))
  console.log('CPUs:', kernels.every(({ cpu }, i) => cpu === i))
  console.log('I am on one of them:', numbers.includes(atoll.here().kernel))

  const nodes = atoll.nodes()
  const names = new Set(nodes.map(({ name }) => name))
  console.log('each node once:', names.size === nodes.length, 'hosts kernels:', kernels.every(({ node }) => names.has(node.name)))
  console.log(nodes.every(isDescribed) ? 'described' : nodes)
  console.log('main visited all:', await visits(numbers))
  const thread = await pthread_create(null, visits, [...numbers].reverse())
  console.log('a thread visited all:', await pthread_join(thread))
}
