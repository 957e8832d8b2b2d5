let total = 0

export async function main(): Promise<number> {
  total += 1
  return total
}
