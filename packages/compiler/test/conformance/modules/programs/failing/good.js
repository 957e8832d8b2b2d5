log('good begins')
await null
log('good goes on')
await null
await null
await null
log('good ends, too late')
