import { a } from './a.js'
import './b.js'

log('c has', a)
export const c = a + 'c'
