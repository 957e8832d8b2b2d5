async function fails(): Promise<never> {
  throw new RangeError('out of luck')
}

export async function main(): Promise<number> {
  await fails()
  return 0
}
