import { atoll, nanosleep } from '@atoll/posix'

/** Module-level: of this kernel, and stays. */
const answers = new Map<string, Promise<number>>()

async function slow(): Promise<number> {
  await nanosleep(50)
  return 42
}

/**
 * Awaits a promise that stayed on its kernel while the call went on with the thread: again there, `before` or after the call has ended, alone or as
 * one of `several`.
 */
export async function main([, awaits = 'before']: string[]): Promise<void> {
  answers.set('slow', slow())
  await atoll.migrate(2)
  if (awaits === 'after') await nanosleep(100)
  await atoll.migrate(1)
  try {
    if (awaits === 'several') console.log(...(await Promise.all([answers.get('slow'), 'and more'])))
    else console.log(await answers.get('slow'))
  } catch (error) {
    console.log((error as Error).message)
  }
}
