/** Leaves an interval and a long timer behind. */
export async function main(): Promise<number> {
  setInterval(() => undefined, 10)
  setTimeout(() => undefined, 1e6)
  return 0
}
