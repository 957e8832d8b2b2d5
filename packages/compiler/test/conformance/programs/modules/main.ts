import { create, type Item } from './shop.js'
import * as shop from './shop'
import defaultPrice, { price as priceOf, label, Label } from './prices.js'
import settings from './settings.json'
import { isEven } from './cycle-a.js'
import { Kind, Colour } from './kinds.js'
import type { Unused } from './types.js'
import { basename } from 'node:path'

type Log = (...values: unknown[]) => void

export const unused: Unused | null = null

function describe(): string {
  return 'main'
}

class Registry {
  items: Item[] = []
}

const local = (): string => 'main'

export async function main(log: Log): Promise<void> {
  const registry = new Registry()
  for (const name of settings.names) registry.items.push(await create(name))
  log(registry.items, await priceOf(registry.items[0]!), await defaultPrice(3), label, new Label().text)
  log(describe(), shop.describe(), await shop.open(), Object.keys(shop).sort())
  log(await isEven(7), await isEven(10), Kind.Book, Kind[1], Colour.Red, basename('/a/b.txt'))
  log(
    describe.name,
    shop.describe.name,
    Registry.name,
    shop.Registry.name,
    local.name,
    shop.local.name,
    local(),
    shop.local(),
  )
  log(await shop.Registry.count())
}
