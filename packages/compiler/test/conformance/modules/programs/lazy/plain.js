import { later } from './later.js'

log('plain')
export const plain = later
