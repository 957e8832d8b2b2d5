type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

class Account {
  readonly history: string[] = []
  constructor(
    readonly owner: string,
    public balance: number,
  ) {}
  async withdraw(amount: number): Promise<void> {
    if (amount > this.balance) throw new RangeError(`${this.owner} has only ${this.balance}`)
    this.balance -= await tick(amount)
    this.history.push(`-${amount}`)
  }
  async deposit(amount: number): Promise<void> {
    this.balance = (await tick(this.balance)) + amount
    this.history.push(`+${amount}`)
  }
}

async function transfer(from: Account, to: Account, amount: number): Promise<boolean> {
  try {
    await from.withdraw(amount)
    await to.deposit(amount)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  } finally {
    from.history.push('end')
  }
}

async function quickSort(list: number[]): Promise<number[]> {
  if (list.length <= 1) return list
  const [pivot, ...others] = list as [number, ...number[]]
  const less: number[] = []
  const more: number[] = []
  for (const x of others) (x < pivot ? less : more).push(await tick(x))
  return [...(await quickSort(less)), pivot, ...(await quickSort(more))]
}

async function queens(n: number): Promise<number> {
  const columns: number[] = []
  let solutions = 0
  const isSafe = (column: number) =>
    columns.every((c, row) => c !== column && Math.abs(c - column) !== columns.length - row)
  async function place(): Promise<void> {
    if (columns.length === n) {
      solutions++
      return
    }
    for (let column = 0; column < n; column++) {
      if (!isSafe(column)) continue
      columns.push(column)
      await place()
      columns.pop()
    }
  }
  await place()
  return solutions
}

async function collatz(n: number): Promise<number> {
  let steps = 0
  for (; n !== 1; steps++) {
    switch (n % 2) {
      case 0:
        n /= 2
        break
      default:
        n = 3 * n + 1
    }
  }
  return steps
}

type Token = { kind: 'number'; value: number } | { kind: 'operator'; value: string }

async function evaluate(source: string): Promise<number> {
  const tokens: Token[] = []
  scan: for (let at = 0; at < source.length;) {
    const c = source[at]!
    if (c === ' ') {
      at++
      continue scan
    }
    if (c >= '0' && c <= '9') {
      let text = ''
      while (at < source.length && source[at]! >= '0' && source[at]! <= '9') text += source[at++]
      tokens.push({ kind: 'number', value: Number(text) })
      continue
    }
    if (!'+-*/()'.includes(c)) throw new SyntaxError(`unexpected ${c} at ${at}`)
    tokens.push({ kind: 'operator', value: c })
    at++
  }
  let next = 0
  const peek = () => tokens[next]?.value
  const sum = async (): Promise<number> => {
    let value = await product()
    while (peek() === '+' || peek() === '-')
      value = tokens[next++]!.value === '+' ? value + (await product()) : value - (await product())
    return value
  }
  async function product(): Promise<number> {
    let value = await factor()
    for (let op = peek(); op === '*' || op === '/'; op = peek()) {
      next++
      if (op === '*') value *= await factor()
      else value /= await factor()
    }
    return value
  }
  const factor = async (): Promise<number> => {
    const token = tokens[next++]
    if (token?.kind === 'number') return token.value
    switch (token?.value) {
      case '(': {
        const value = await sum()
        if (tokens[next++]?.value !== ')') throw new SyntaxError('expected )')
        return value
      }
      case '-':
        return -(await factor())
    }
    throw new SyntaxError(`unexpected ${token?.value ?? 'end'}`)
  }
  return await sum()
}

async function pipeline(log: Log): Promise<void> {
  const listeners = new Map<string, ((payload: number) => Promise<void>)[]>()
  const on = (event: string, listener: (payload: number) => Promise<void>) => {
    const known = listeners.get(event)
    if (known) known.push(listener)
    else listeners.set(event, [listener])
  }
  const emit = async (event: string, payload: number) => {
    for (const listener of listeners.get(event) ?? []) await listener(payload)
  }
  for (const [i, factor] of [2, 3].entries()) {
    on('number', async (n) => {
      log(`listener ${i}`, n * factor)
      if (n < 3) await emit('number', n + 1)
    })
  }
  await emit('number', 1)
  await emit('nobody', 1)
}

export async function main(log: Log): Promise<void> {
  const a = new Account('a', 100)
  const b = new Account('b', 0)
  log(await transfer(a, b, 30), await transfer(a, b, 100), await transfer(b, a, 5), a, b)
  log(await quickSort([5, 3, 9, 1, 5, 7]), await queens(5), await collatz(27))
  for (const source of ['1 + 2 * 3', '(1+2)*3 - -4', '8/2/2', '2 * (3', '1 ? 2', '']) {
    log(source, await evaluate(source).catch((error: Error) => `${error.name}: ${error.message}`))
  }
  await pipeline(log)
}
