import { x } from './x.js'

log('y begins', typeof x)
await null
export const y = 'y'
export const early = x()
log('y ends', early)
