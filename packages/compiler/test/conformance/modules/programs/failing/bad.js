log('bad begins')
await null
log('bad fails')
throw new TypeError('bad')
