import './bad.js'

log('user is not evaluated')
