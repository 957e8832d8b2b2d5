import { price } from './prices.js'

export interface Item {
  name: string
  price: number
}

export function describe(): string {
  return 'shop'
}

export class Registry {
  static async count(): Promise<number> {
    return await local().length
  }
}

export const local = (): string => 'shop'

export async function create(name: string): Promise<Item> {
  const item = { name, price: 0 }
  item.price = await price(item)
  return item
}

export { describe as open2 }
export const open = async (): Promise<string> => `open ${describe()}`
