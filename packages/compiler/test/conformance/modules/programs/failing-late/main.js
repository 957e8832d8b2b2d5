import './waits.js'
import './fails.js'

export const main = () => log('not called')
