import type { Item } from './shop.js'

export async function price({ name }: Pick<Item, 'name'>): Promise<number> {
  return name.length * 10
}

export default async function (n: number): Promise<number> {
  return n * (await price({ name: 'x' }))
}

export const label = 'label'

export class Label {
  text = label
}
