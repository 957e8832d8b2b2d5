type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value

async function representations(log: Log): Promise<void> {
  let integer = 0
  let double = 0.5
  let negativeZero = -0
  let notANumber = NaN
  let big = 1n
  let unsigned = 0
  let text = ''
  let mixed: unknown = 0
  let overflowing = 2 ** 30 - 2
  for (let i = 0; i < 6; i++) {
    integer += i
    double *= 1.5
    negativeZero *= 1
    notANumber += 1
    big *= 3n
    unsigned = (unsigned - 1) >>> 0
    text += i
    mixed = [i, String(i), i / 2, null, i > 3, [i]][i]
    overflowing += 1
    await tick(i)
    log(integer, double, Object.is(negativeZero, -0), notANumber, big, unsigned, text, mixed, overflowing, integer | 0)
  }
}

async function loops(log: Log): Promise<void> {
  let s = 0
  for (let i = 0; i < 5000; i++) s = (s * 31 + i) | 0
  log(s)
  let d = 0
  for (let i = 1; i <= 2000; i++) d += 1 / i
  log(d)
  let down = 100
  while (down-- > 0) if (down % 30 === 0) log(await tick(down))
  for (let x = 0.1; x < 0.45; x += 0.1) log(await tick(x))
  for (let i = 2 ** 31 - 2; i < 2 ** 31 + 2; i++) log(await tick(i))
  for (let i = 0n; i < 3n; i++) log(await tick(i))
  for (let i = 3; i >= -0; i--) log(Object.is(await tick(i), 0))
}

async function matrixProduct(n: number): Promise<number> {
  const a = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => i + j))
  const b = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => i - j))
  let trace = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += a[i]![k]! * b[k]![j]!
      if (i === j) trace += await tick(sum)
    }
  }
  return trace
}

async function sieve(limit: number): Promise<number[]> {
  const composite = new Uint8Array(limit + 1)
  const primes: number[] = []
  for (let n = 2; n <= limit; n++) {
    if (composite[n]) continue
    primes.push(n)
    for (let m = n * n; m <= limit; m += n) composite[m] = 1
    if (n < 5) await tick(n)
  }
  return primes
}

async function random(n: number): Promise<number> {
  let seed = 12345
  let inside = 0
  const next = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff
  for (let i = 0; i < n; i++) {
    const x = next()
    const y = next()
    if (x * x + y * y <= 1) inside++
    if (i % 64 === 0) await tick(i)
  }
  return inside
}

export async function main(log: Log): Promise<void> {
  await representations(log)
  await loops(log)
  log(await matrixProduct(8), await sieve(60), await random(300))
}
