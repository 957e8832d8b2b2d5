/** Prints a random number and the time. */
export async function main(): Promise<number> {
  console.log(Math.random(), Date.now(), new Date().getTime(), performance.now())
  return 0
}
