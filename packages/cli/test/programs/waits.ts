export async function main(): Promise<number> {
  await new Promise(() => {})
  return 0
}
