/** Writes every byte. */
export async function main(): Promise<number> {
  process.stdout.write(Uint8Array.from({ length: 256 }, (_, byte) => byte))
  return 0
}
