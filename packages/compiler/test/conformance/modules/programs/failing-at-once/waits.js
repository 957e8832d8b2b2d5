log('waits begins')
await null
log('waits goes on')
