import {
  array,
  atomic_fetch_add_i32,
  calloc,
  f64,
  free,
  i32,
  i64,
  load_f64,
  malloc,
  PROT_READ,
  PROT_WRITE,
  ptr,
  pthread_create,
  pthread_join,
  struct,
  u16,
  u8,
  type Ptr,
  type ValueOf,
} from '@atoll/posix'
import { refusal } from './support/refusal.js'
import { wander } from './support/wander.js'

const RW = PROT_READ | PROT_WRITE

const Particle = struct({ x: f64, y: f64, hits: i32, label: array(u8, 6), speed: struct({ dx: f64, id: i64 }), next: ptr })

type Particle = ValueOf<typeof Particle>

const first: Particle = { x: 1.5, y: -2, hits: 3, label: [1, 2, 3, 4, 5, 6], speed: { dx: 0.25, id: 7n }, next: 0x7000 }

async function copies(): Promise<void> {
  console.log('size', Particle.size, 'alignment', Particle.alignment, 'speed at', Particle.offsetOf('speed'))
  const p = await malloc(Particle.size)
  await Particle.store(p, first)
  console.log(await Particle.load(p))
  await wander()
  await Particle.store(p, { y: 8, speed: { id: -1n } })
  console.log('after a partial store', await Particle.load(p))
  const at = Particle.at(p)
  await atomic_fetch_add_i32(at.hits, 39)
  console.log('by pointers', await load_f64(at.x), (await Particle.load(p)).hits, at.speed.id - p)
  await free(p)
}

/** Chains of structures in memory, as C has them. */
async function list(): Promise<void> {
  const Node = struct({ value: i32, next: ptr }, { packed: true })
  let head: Ptr = 0
  for (let value = 1; value <= 5; value++) {
    const node = await malloc(Node.size)
    await Node.store(node, { value, next: head })
    head = node
    await wander()
  }
  const values: number[] = []
  while (head !== 0) {
    const { value, next } = await Node.load(head)
    values.push(value)
    await free(head)
    head = next
  }
  console.log('a list of packed nodes of', Node.size, 'bytes:', values.join(' '))
}

/** Each thread adds to fields of one structure, by a view that it keeps while it walks. */
async function add({ address, turns }: { address: Ptr; turns: number }): Promise<void> {
  using p = await Particle.view(address, RW)
  const { speed, label } = p
  for (let turn = 0; turn < turns; turn++) {
    p.x += 0.5
    speed.id += 2n
    label[turn % 6]++
    if (turn % 5 === 0) await wander()
  }
}

async function views(): Promise<void> {
  const address = await calloc(1, Particle.size)
  const threads = []
  for (let i = 0; i < 4; i++) threads.push(await pthread_create(null, add, { address, turns: 30 }))
  for (const thread of threads) await pthread_join(thread)
  const p = await Particle.view(address, RW)
  const held = p
  await wander()
  p.hits = 9
  Particle.assign(p, { speed: { dx: 1 } })
  console.log('what four threads added', Particle.copy(held))
  console.log('the same object', held === p, [...p.label].join(' '))
  p[Symbol.dispose]()
  await free(address)
}

/** A structure that no module declares goes with its thread, too. */
async function local(fields: 'two' | 'three'): Promise<void> {
  const S = fields === 'two' ? struct({ a: u8, b: u16 }) : struct({ a: u8, b: u16, c: array(f64, 2) })
  const p = await malloc(S.size)
  await S.store(p, { a: 1, b: 2 })
  await wander()
  await S.store(await Promise.resolve(p), { a: (await S.load(p)).a + 1 })
  const { a, b } = await S.load(p)
  console.log('of', fields, 'fields', S.size, a, b)
  await free(p)
}

export async function main(): Promise<number> {
  await copies()
  await list()
  await views()
  await local('two')
  await local('three')
  console.log('load: nothing there:', await refusal(() => Particle.load(0)))
  console.log('store: nothing there:', await refusal(() => Particle.store(0, { x: 1 })))
  console.log('store: no such field:', await refusal(() => Particle.store(0, { z: 1 } as object)))
  console.log('view: nothing there:', await refusal(() => Particle.view(0)))
  return 0
}
