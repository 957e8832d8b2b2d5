export async function main(): Promise<number> {
  return 0
}

throw new RangeError('not today')
