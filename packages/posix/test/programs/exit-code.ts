// status: 3
/** As Node has it, when `main` returns nothing. */
export async function main(): Promise<void> {
  process.exitCode = 2
  process.exitCode += 1
}
