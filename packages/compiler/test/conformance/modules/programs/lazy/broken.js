await null
log('broken')
throw new Error('broken')
