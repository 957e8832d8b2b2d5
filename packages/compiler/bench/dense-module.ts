/**
 * Writes a module of at least so many lines, nearly all of them in `async` functions that await, branch, loop, catch and clean up: about the densest
 * that people write. Each of its parts is the same program under other names.
 */
export function denseModule(lines: number): string {
  const parts: string[] = []
  const linesOfPart = part(0).split('\n').length - 1
  const count = Math.ceil(lines / linesOfPart)
  for (let i = 0; i < count; i++) parts.push(part(i))
  const calls = Array.from({ length: count }, (_, i) => `  sum += (await settle${i}([3, 1, 2])).total`).join('\n')
  return `${parts.join('')}export async function main(): Promise<number> {\n  let sum = 0\n${calls}\n  return sum\n}\n`
}

const part = (n: number): string => `
interface Account${n} {
  readonly id: number
  balance: number
  history: { amount: number; note?: string }[]
}

class Bank${n} {
  readonly #accounts = new Map<number, Account${n}>()
  locked = 0

  async open(id: number, { balance = 0 }: { balance?: number } = {}): Promise<Account${n}> {
    const known = this.#accounts.get(id) ?? (await fetchAccount${n}(id))
    if (known && known.balance > 0) return known
    const account: Account${n} = { id, balance, history: [] }
    this.#accounts.set(id, account)
    await this.audit('open', account)
    return account
  }

  async audit(event: string, account: Account${n}): Promise<void> {
    this.locked++
    try {
      await record${n}(\`\${event} \${account.id}\`, account.balance)
    } finally {
      this.locked--
      await record${n}('unlocked', this.locked)
    }
  }

  async transfer(from: number, to: number, amount: number): Promise<boolean> {
    const [source, target] = [await this.open(from, { balance: 10 }), await this.open(to)]
    if (source.balance < amount) throw new RangeError(\`\${from} has \${source.balance}, not \${amount}\`)
    source.balance -= amount
    target.balance += await commission${n}(amount, (rate) => amount * rate)
    source.history.push({ amount: -amount, note: (await this.open(to)).id > 0 ? 'sent' : undefined })
    for (const { amount: moved } of target.history) {
      if (moved < 0) continue
      await this.audit('moved', target)
    }
    return source.balance > (await this.open(from)).history.length
  }
}

async function fetchAccount${n}(id: number): Promise<Account${n} | null> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      if (id % 7 === attempt) return { id, balance: await record${n}('fetched', id), history: [] }
    } catch (error) {
      if (!(error instanceof RangeError) || attempt === 2) throw error
      await record${n}('retry', attempt)
    }
  }
  return null
}

async function commission${n}(amount: number, rate: (rate: number) => number): Promise<number> {
  switch (await record${n}('amount', amount)) {
    case 0:
      return 0
    case 1:
      await record${n}('small', amount)
      return amount
    default:
      return amount - (amount > 100 ? rate(await record${n}('rate', 0.1)) : rate(0.01))
  }
}

async function* movements${n}(bank: Bank${n}, ids: readonly number[]): AsyncGenerator<number> {
  for (const id of ids) {
    const account = await bank.open(id)
    yield account.balance
    if (await bank.transfer(id, id + 1, 1)) yield* account.history.map(({ amount }) => amount)
  }
}

async function settle${n}(ids: readonly number[]): Promise<{ total: number; failures: string[] }> {
  const bank = new Bank${n}()
  const failures: string[] = []
  let total = 0
  try {
    for await (const balance of movements${n}(bank, ids)) total += balance
    const balances = await Promise.all(ids.map(async (id) => (await bank.open(id)).balance))
    total += balances.reduce((sum, balance) => sum + balance, 0)
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error))
    total = await record${n}('failed', -1)
  }
  return { total, failures }
}

async function record${n}(event: string, value: number): Promise<number> {
  return event === '' ? 0 : value
}
`
