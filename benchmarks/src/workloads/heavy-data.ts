/** A class instance in a cycle with itself, for `threads/move-heavy`. */
export class Account {
  readonly owner: string
  balance: number
  readonly history: { readonly amount: number; readonly by: Account }[] = []

  constructor(owner: string, balance: number) {
    this.owner = owner
    this.balance = balance
    this.history.push({ amount: 12.5, by: this }, { amount: -3, by: this })
  }
}

/** What six frames hold between them, functions aside. */
export interface HeavyData {
  readonly account: Account
  readonly index: Map<string, unknown>
  readonly seen: Set<string>
  readonly bytes: Uint8Array
  readonly totals: { total: number; readonly label: string }
  readonly rows: readonly { readonly key: number; readonly name: string }[]
}

export function heavyData(): HeavyData {
  const account = new Account('ada', 1000)
  return {
    account,
    index: new Map<string, unknown>([
      ['ada', account],
      ['list', [1, 2, 3]],
      ['n', 5],
    ]),
    seen: new Set(['a', 'b', 'c']),
    bytes: Uint8Array.from({ length: 64 }, (_, i) => i * 3),
    totals: { total: 7, label: 'sum' },
    rows: [
      { key: 1, name: 'one' },
      { key: 2, name: 'two' },
    ],
  }
}
