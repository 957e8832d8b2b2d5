import './a.js'
import './b.js'
import { c } from './c.js'
import './d.js'
import './e.js'

log('main', c)
export const main = () => log('in main')
