import { x } from './x.js'
import { y } from './y.js'
import './z.js'

log('main', x(), y)
export const main = () => log(x(), y)
