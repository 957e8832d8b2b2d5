await null
log('waits')
