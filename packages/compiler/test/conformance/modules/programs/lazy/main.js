import { note } from './note.js'

const begun = import('./later.js')
log('main begins')
const { later } = await begun
log('main', later)

export async function main() {
  const again = await import('./later.js')
  log(Object.keys(again), again === (await import('./later.js')), again.default)
  for (let i = 0; i < 2; i++) {
    try {
      await import('./broken.js')
    } catch (error) {
      log(String(error))
    }
  }
  const { plain } = await import('./plain.js')
  log(plain, note)
}
