/** Can't be started: its module throws. */
throw new RangeError('no good')

export function main(): number {
  return 0
}
