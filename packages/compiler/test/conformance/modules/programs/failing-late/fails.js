import './waits.js'
log('fails')
null.x
