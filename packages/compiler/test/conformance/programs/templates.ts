type Log = (...values: unknown[]) => void

const tick = async <T>(value: T): Promise<T> => value
const sites: unknown[] = []

function tag(strings: TemplateStringsArray, ...values: unknown[]): unknown {
  if (!sites.includes(strings)) sites.push(strings)
  return [sites.indexOf(strings), [...strings], [...strings.raw], values]
}

export async function main(log: Log): Promise<void> {
  log(`plain`, `${1}${2}`, `a${await tick('b')}c${await tick('d')}`, `${await tick('')}`, `line\nbreak\t\u0041\\`)
  log(`${{ toString: () => 'string' }}`, `${[1, await tick(2)]}`, `${null} ${undefined}`)
  for (let i = 0; i < 3; i++) log(tag`n${i}\n${await tick(i)}`)
  log(tag`other\u{41}`, tag``, tag`${await tick(1)}`)
  log((tag`\unicode`as any[])[1][0]) // prettier-ignore
  const holder = { prefix: '>', tag(strings: TemplateStringsArray, ...values: unknown[]) { return this.prefix + strings.raw.join('_') + values } } // prettier-ignore
  log(holder.tag`a${await tick(1)}b`, (await tick(holder)).tag`c`)
  const asynchronous = async (strings: TemplateStringsArray, ...values: unknown[]) =>
    strings.join('') + (await tick(values))
  log(await asynchronous`x${1}y${await tick(2)}`)
  try {
    log(`${await tick(Symbol('s') as unknown as string)}`)
  } catch (error) {
    log((error as Error).message)
  }
  const conversions: string[] = []
  const late = { [Symbol.toPrimitive]: (hint: string) => (conversions.push(hint), 'v') } as unknown as string
  log(`${late}${await tick((conversions.push('awaited'), 1))}`, late + (await tick('')), conversions)
}
