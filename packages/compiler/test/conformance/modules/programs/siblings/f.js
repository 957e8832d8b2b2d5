import './d.js'

log('f')
