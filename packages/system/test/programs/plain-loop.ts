/** An ordinary function: no safe points. */
function spin(): never {
  for (;;);
}

/** Never gives its kernel back. */
export async function main(): Promise<number> {
  console.log('looping')
  spin()
}
