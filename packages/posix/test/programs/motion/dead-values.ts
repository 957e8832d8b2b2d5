import { atoll } from '@atoll/posix'

/** No value that could move: it refuses by name, if anybody asks it to. */
class Anchor {
  readonly used: string
  constructor(used: string) {
    this.used = used
  }
  [Symbol.for('atoll.serialize')](): never {
    throw new Error('an anchor was packed')
  }
}

async function move(): Promise<void> {
  await atoll.migrate(2)
  await atoll.migrate(1)
}

async function readBefore(): Promise<string> {
  const anchor = new Anchor('read before')
  const { used } = anchor
  await move()
  return used
}

async function ofEarlierTurns(): Promise<string> {
  let anchor: Anchor | null = null
  for (let turn = 0; turn < 2; turn++) {
    await move()
    anchor = new Anchor(`turn ${turn}`)
    if (anchor.used === '') return 'never'
  }
  return anchor?.used ?? 'none'
}

async function overwritten(): Promise<string> {
  let anchor = new Anchor('first')
  const first = anchor.used
  await move()
  anchor = new Anchor('second')
  return `${first} ${anchor.used}`
}

async function usedOnlyInTheBranchNotTaken(keep: boolean): Promise<string> {
  const anchor = new Anchor('branch')
  if (keep) return anchor.used
  await move()
  return 'branch left'
}

async function afterTheCatch(): Promise<string> {
  const anchor = new Anchor('tried')
  try {
    if (anchor.used === 'tried') throw new Error('thrown')
  } catch {
    await move()
  }
  return 'caught'
}

async function inCase(which: number): Promise<string> {
  const anchor = new Anchor('case')
  switch (which) {
    case 0:
      return anchor.used
    case 1:
      await move()
      return 'case 1'
    default:
      return 'default'
  }
}

/** What is read after a `finally`, or in a `catch` that the block may still come to, is not dead. */
async function inFinally(): Promise<string> {
  const anchor = new Anchor('finally')
  try {
    await move()
    return 'moved'
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    console.log(anchor.used)
  }
}

async function inCatch(): Promise<string> {
  let anchor = new Anchor('catch')
  try {
    await move()
    anchor = new Anchor('later')
    return 'moved'
  } catch (error) {
    return `${(error as { code: string }).code} ${anchor.used}`
  }
}

/** Prints a line per place where an unmovable value is, dead or alive. */
export async function main(): Promise<void> {
  const places = [
    readBefore, overwritten, () => usedOnlyInTheBranchNotTaken(false), afterTheCatch, () => inCase(1), ofEarlierTurns,
    inFinally, inCatch,
  ] // prettier-ignore
  for (const place of places) {
    try {
      console.log(await place())
    } catch (error) {
      console.log((error as Error).message)
    }
  }
}
