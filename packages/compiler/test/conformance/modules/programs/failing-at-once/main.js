import './waits.js'
import './fails.js'
import './never.js'

export const main = () => log('not called')
