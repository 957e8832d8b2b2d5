import './good.js'
import './bad.js'
import './user.js'

log('main is not evaluated')
export const main = () => log('nor called')
