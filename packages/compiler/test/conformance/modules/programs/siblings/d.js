log('d begins')
await null
log('d ends')
