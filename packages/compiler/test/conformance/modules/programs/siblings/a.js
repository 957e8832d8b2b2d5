log('a begins')
await null
log('a goes on')
await null
await null
log('a ends')
export const a = 'a'
